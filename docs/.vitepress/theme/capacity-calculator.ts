/** The calculator of the capacity page: what an application does, and what that needs. */
import { computed, defineComponent, h, reactive, useId, type VNode } from 'vue'
import { needsOf } from '../capacity/formulas.ts'
import { type Backend, backendOf, type Plan, type PlannedStore } from '../capacity/plan.ts'
import { bytes, count, rate } from '../capacity/units.ts'

const stores: Readonly<Record<PlannedStore, string>> = {
  memory: 'memoryStore, one process',
  sqlite: 'sqliteStore, one machine',
  redis: 'redisStore',
  'layered over redis': 'layeredStore over redisStore',
  'mirror over redis': 'mirroredStore over redisStore',
  postgres: 'postgresStore',
  'layered over postgres': 'layeredStore over postgresStore',
  'mirror over postgres': 'mirroredStore over postgresStore',
}

/** What keeps the marks, and how its load is counted. Without a server, there is no load. */
const servers: Readonly<Record<Backend, { kept?: string; name?: string; unit?: string }>> = {
  memory: {},
  sqlite: { kept: 'Size of the file' },
  postgres: { kept: 'Disk of PostgreSQL', name: 'PostgreSQL', unit: 'Statements' },
  redis: { kept: 'Memory of Redis', name: 'Redis', unit: 'Commands' },
}

/** A field for a number. What is entered counts `unit` times. */
interface Field {
  readonly name: Exclude<keyof Plan, 'store'>
  readonly label: string
  readonly min: number
  readonly unit?: number
}

const fields: readonly Field[] = [
  { name: 'instances', label: 'Instances', min: 1 },
  { name: 'tokens', label: 'Tokens in use at once', min: 0 },
  { name: 'lifetime', label: 'Lifetime of a token, in minutes', min: 1, unit: 60 },
  { name: 'revocationsPerSecond', label: 'Logouts a second', min: 0 },
  { name: 'checksPerSecond', label: 'Checks a second, of all instances', min: 0 },
  { name: 'maxStaleness', label: 'maxStaleness, in seconds', min: 0.05 },
  { name: 'sessions', label: 'Open sessions that are listed', min: 0 },
  { name: 'sessionsPerSubject', label: 'Sessions of a user', min: 1 },
]

const start: Plan = {
  store: 'layered over redis',
  instances: 10,
  tokens: 100_000,
  lifetime: 900,
  revocationsPerSecond: 5,
  checksPerSecond: 5_000,
  maxStaleness: 2,
  sessions: 0,
  sessionsPerSubject: 1,
}

export const CapacityCalculator = defineComponent(() => {
  const id = useId()
  const plan = reactive({ ...start })
  const needs = computed(() => needsOf(plan))

  /** Takes what is entered once it is a number in range. Until then, the last one counts. */
  function enter({ name, min, unit = 1 }: Field, { target }: Event): void {
    const value = (target as HTMLInputElement).valueAsNumber
    if (value >= min) plan[name] = value * unit
  }

  const numberField = (field: Field): VNode =>
    h('label', { for: `${id}-${field.name}` }, [
      field.label,
      h('input', {
        id: `${id}-${field.name}`,
        type: 'number',
        inputmode: 'decimal',
        min: field.min,
        step: 'any',
        value: plan[field.name] / (field.unit ?? 1),
        onInput: (event: Event) => enter(field, event),
      }),
    ])

  const storeField = (): VNode =>
    h('label', { for: `${id}-store` }, [
      'Store',
      h(
        'select',
        {
          id: `${id}-store`,
          value: plan.store,
          onChange: ({ target }: Event) => {
            plan.store = (target as HTMLSelectElement).value as PlannedStore
          },
        },
        Object.entries(stores).map(([value, text]) => h('option', { value, selected: value === plan.store }, text)),
      ),
    ])

  const row = (name: string, value: string): VNode => h('tr', [h('th', { scope: 'row' }, name), h('td', value)])

  const results = (): VNode => {
    const { marks, kept: bytesKept, processMemory, commandsPerSecond, receivedPerSecond, sentPerSecond } = needs.value
    const { kept, name, unit } = servers[backendOf(plan.store)]
    const load =
      name === undefined
        ? []
        : [
            row(`${unit} of ${name}`, rate(count(commandsPerSecond))),
            row(`Received by ${name}`, rate(bytes(receivedPerSecond))),
            row(`Sent by ${name}`, rate(bytes(sentPerSecond))),
          ]
    const rows = [
      row('Live marks', count(marks)),
      ...(kept === undefined ? [] : [row(kept, bytes(bytesKept))]),
      row('Memory of each instance', bytes(processMemory)),
      ...load,
    ]
    return h('table', { 'aria-live': 'polite' }, [h('caption', 'What that needs'), h('tbody', rows)])
  }

  return () =>
    h('div', { class: 'capacity' }, [
      h('form', { onSubmit: (event: Event) => event.preventDefault() }, [storeField(), ...fields.map(numberField)]),
      results(),
    ])
})
