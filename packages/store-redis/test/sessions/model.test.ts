import { randomUUID } from 'node:crypto'
import type { SessionStore, StoredSession } from '@revoked/core/sessions'
import { type RedisServer, startRedis } from '@revoked/testing'
import * as fc from 'fast-check'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { redisSessions } from '../../src/index.ts'
import { modelSessions } from '../support/session-model.ts'

let server: RedisServer
let client: Redis
beforeAll(async () => {
  server = await startRedis()
  client = new Redis({ port: server.port })
})
afterAll(async () => {
  client.disconnect()
  await server.stop()
})

// Sessions have expired for a minute, or are open for a minute at least, so that no clock matters.
const now = Date.now()
const subject = fc.constantFrom('ada', 'bob')
const id = fc.constantFrom('', 'a', 'b', '"', '\ud800')
const ago = fc.integer({ min: 0, max: 600_000 }).map((ms) => now - ms)

const session: fc.Arbitrary<StoredSession> = fc.record({
  id,
  subject,
  openedAt: ago,
  usedAt: ago,
  authenticatedAt: ago,
  idleMs: fc.constantFrom(0, 1_200_000, 3_600_000),
  endsAt: fc.constantFrom(now - 60_000, now + 1_200_000, now + 86_400_000),
  data: fc.string({ unit: 'binary', maxLength: 20 }),
})

type Call = readonly [name: string, run: (store: SessionStore) => Promise<unknown>]

const ids = fc.array(id, { maxLength: 3 })
const limit = fc.option(fc.record({ maxOpen: fc.integer({ min: 0, max: 4 }), instead: ids }), { nil: undefined })
const call: fc.Arbitrary<Call> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(session, limit).map(([of, to]): Call => ['open', (store) => store.open(of, to)]) },
  {
    weight: 3,
    arbitrary: fc
      .record({ subject, id, usedAt: ago, authenticatedAt: ago })
      .map((use): Call => ['touch', (store) => store.touch(use)]),
  },
  fc
    .tuple(subject, ids)
    .map(([of, some]): Call => ['close', async (store) => sorted(await store.close(of, [...new Set(some)]))]),
  fc
    .record({ subject, openedUntil: ago, except: fc.option(id, { nil: undefined }) })
    .map(
      ({ subject, openedUntil, except }): Call => [
        'closeAll',
        async (store) =>
          sorted(await store.closeAll(subject, except === undefined ? { openedUntil } : { openedUntil, except })),
      ],
    ),
)

function sorted(ids: readonly string[]): readonly string[] {
  return ids.toSorted()
}

/** Returns everything that can be read of a store. */
async function contentOf(store: SessionStore): Promise<unknown> {
  const keys = ['ada', 'bob'].flatMap((subject) => ['', 'a', 'b', '"', '\ud800'].map((id) => ({ subject, id })))
  const lists = await Promise.all(['ada', 'bob'].map((subject) => store.list(subject)))
  return {
    lists: lists.map((list) => list.toSorted((a, b) => (a.id < b.id ? -1 : 1))),
    counts: [await store.count('ada'), await store.count('bob')],
    found: await store.find(keys),
    each: await Promise.all(keys.map((key) => store.get(key))),
  }
}

test('any calls have the results of an array of sessions', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 30 }), async (calls) => {
      const [store, model] = [redisSessions(client, { prefix: randomUUID() }), modelSessions()]
      for (const [name, run] of calls) {
        const [result, expected] = [await run(store), await run(model)]
        expect([name, withoutTies(result)]).toEqual([name, withoutTies(expected)])
        expect(await contentOf(store)).toEqual(await contentOf(model))
      }
    }),
    { numRuns: 60 },
  )
}, 60_000)

/** Ids of sessions that were used at the same instant have no order. */
function withoutTies(result: unknown): unknown {
  const { leastUsed } = (result ?? {}) as { readonly leastUsed?: readonly string[] }
  return leastUsed === undefined ? result : leastUsed.length
}
