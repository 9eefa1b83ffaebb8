/** The calculator of the capacity page: what an application does, and what that needs. */
import { computed, defineComponent, h, reactive, useId, type VNode } from 'vue'
import { needsOf, type Plan, type PlannedStore } from '../capacity/formulas.ts'
import { bytes, count, rate } from '../capacity/units.ts'

const stores: Readonly<Record<PlannedStore, string>> = {
  memory: 'memoryStore, one process',
  redis: 'redisStore',
  layered: 'layeredStore over redisStore',
  mirror: 'mirroredStore over redisStore',
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
  store: 'layered',
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
    const { marks, redisMemory, processMemory, commandsPerSecond, receivedPerSecond, sentPerSecond } = needs.value
    const rows = [
      row('Live marks', count(marks)),
      row('Memory of Redis', bytes(redisMemory)),
      row('Memory of each instance', bytes(processMemory)),
      row('Commands of Redis', rate(count(commandsPerSecond))),
      row('Received by Redis', rate(bytes(receivedPerSecond))),
      row('Sent by Redis', rate(bytes(sentPerSecond))),
    ]
    return h('table', { 'aria-live': 'polite' }, [h('caption', 'What that needs'), h('tbody', rows)])
  }

  return () =>
    h('div', { class: 'capacity' }, [
      h('form', { onSubmit: (event: Event) => event.preventDefault() }, [storeField(), ...fields.map(numberField)]),
      results(),
    ])
})
