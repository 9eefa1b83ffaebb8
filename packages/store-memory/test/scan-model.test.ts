import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMarkTable, type MarkTable } from '../src/mark-table.ts'

/** Ranges of values: large ones let the maps of the table grow and shrink during a scan. */
const range = fc.record({ from: fc.nat(600), count: fc.oneof(fc.nat(3), fc.nat(600)) })
const scope = fc.constantFrom('jti', 'sub')

type Step =
  | { readonly do: 'put'; readonly scope: string; readonly range: Range; readonly livesFor: number }
  | { readonly do: 'delete'; readonly scope: string; readonly range: Range }
  | { readonly do: 'sweep'; readonly after: number; readonly limit: number }

interface Range {
  readonly from: number
  readonly count: number
}

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('put' as const), scope, range, livesFor: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ do: fc.constant('delete' as const), scope, range }),
  fc.record({ do: fc.constant('sweep' as const), after: fc.nat(5), limit: fc.integer({ min: 1, max: 300 }) }),
)

/** A plain map of expiries by key, and the keys that were changed since the scan began. */
interface Model {
  readonly held: Map<string, number>
  readonly touched: Set<string>
  now: number
}

function namesIn({ scope, range }: { readonly scope: string; readonly range: Range }): string[] {
  return Array.from({ length: range.count }, (_, index) => `${scope} ${range.from + index}`)
}

function keyOf(name: string): { readonly scope: string; readonly value: string } {
  const [scope = '', value = ''] = name.split(' ')
  return { scope, value }
}

/** Runs a step on the table and on the model. */
function run(step: Step, table: MarkTable, model: Model): void {
  if (step.do === 'sweep') {
    model.now += step.after
    while (table.sweep(model.now, step.limit) === step.limit);
    for (const [name, expiresAt] of model.held) {
      if (expiresAt > model.now) continue
      model.held.delete(name)
      model.touched.add(name)
    }
    return
  }
  for (const name of namesIn(step)) {
    model.touched.add(name)
    if (step.do === 'delete') {
      table.delete(keyOf(name))
      model.held.delete(name)
      continue
    }
    const expiresAt = Math.max(model.now + step.livesFor, model.held.get(name) ?? 0)
    table.put(keyOf(name), { cutoff: 0, expiresAt })
    model.held.set(name, expiresAt)
  }
}

test('a scan yields what is left alone once, and nothing but what is held', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 6 }),
      fc.array(fc.array(step, { maxLength: 2 }), { maxLength: 30 }),
      fc.integer({ min: 1, max: 60 }),
      (before, during, size) => {
        const table = createMarkTable()
        const model: Model = { held: new Map(), touched: new Set(), now: 0 }
        for (const each of before) run(each, table, model)
        model.touched.clear()
        const atStart = new Map(model.held)
        const yielded = new Map<string, number>()
        // `expect` in a loop of this length takes longer than the scan.
        const wrong: string[] = []
        let batches = 0
        for (const batch of table.batches(size)) {
          if (batch.length === 0 || batch.length > size) wrong.push(`a batch of ${batch.length}`)
          for (const { key, mark } of batch) {
            const name = `${key.scope} ${key.value}`
            if (mark.expiresAt !== model.held.get(name)) wrong.push(name)
            yielded.set(name, (yielded.get(name) ?? 0) + 1)
          }
          for (const each of during[batches++] ?? []) run(each, table, model)
        }
        expect(wrong).toEqual([])
        const leftAlone = [...atStart.keys()].filter((name) => !model.touched.has(name))
        expect(leftAlone.filter((name) => yielded.get(name) !== 1)).toEqual([])
      },
    ),
    { numRuns: 200 },
  )
})
