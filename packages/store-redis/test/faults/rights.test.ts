import type { FollowableStore, KeyedMark } from '@revoked/core'
import type { RedisServer } from '@revoked/testing'
import { describe, expect } from 'vitest'
import { authenticatedClients, type ConnectingClient, letIn, rights } from '../support/authenticated-clients.ts'
import { type Setup, test, timeoutMs } from '../support/fault-setup.ts'
import { guardRejections } from '../support/rejection-guard.ts'
import { type Outcome, settled } from '../support/settled.ts'

guardRejections()

/** Rights that only subscribers and clients need. */
const spare = ['+subscribe', '+ping']

/** Rights without which pushes are lost, and nothing else. */
const pushing = ['+publish', '&{revoked:0}:changes@0']

const needed = rights.filter((right) => !spare.includes(right) && !pushing.includes(right))

const expiresAt = Date.now() + 600_000

function keyed(value: string): KeyedMark {
  return { key: { scope: 'jti', value }, mark: { cutoff: Infinity, expiresAt } }
}

/** Returns a store whose user has all rights, and has used them. */
async function openAsUser(
  connect: (port: number) => ConnectingClient,
  { start, open }: Pick<Setup, 'start' | 'open'>,
): Promise<{ readonly server: RedisServer; readonly store: FollowableStore }> {
  const server = await start()
  await letIn(server)
  const client = connect(server.port)
  await client.connected
  const store = await open(client)
  expect(await store.record([keyed('before'), keyed('forgotten'), keyed('other')])).toEqual([true, true, true])
  await store.forget([keyed('other').key])
  expect(await store.find([keyed('before').key, keyed('other').key])).toEqual([keyed('before')])
  return { server, store }
}

/** Returns the outcome of a call, which may also throw. */
function attempt<Value>(call: () => Value | Promise<Value>): Promise<Outcome<Value>> {
  return settled((async () => await call())(), timeoutMs * 5)
}

async function marksIn(store: FollowableStore): Promise<KeyedMark[]> {
  const marks: KeyedMark[] = []
  for await (const page of store.scan(0)) marks.push(...page)
  return marks
}

async function holds(server: RedisServer, value: string): Promise<boolean> {
  return (await server.command('EXISTS', `{revoked:0}:jti:${value}`)) === 1
}

/** The reply to a forbidden command. Redis 7.0 answers ERR if a script runs it. */
const denial = { reply: expect.stringMatching(/^(NOPERM|ERR)$/) }

describe.each(authenticatedClients)('%s', { concurrent: true, timeout: 20_000 }, (_, connect) => {
  test.for(needed)(
    'without %s rejects the calls that need it, and answers the others correctly',
    async (right, { start, open }) => {
      const { server, store } = await openAsUser(connect, { start, open })
      const { position } = await store.read(0)
      await server.command('SCRIPT', 'FLUSH')
      await letIn(
        server,
        rights.filter((other) => other !== right),
      )
      const find = await attempt(() => store.find([keyed('before').key]))
      const record = await attempt(() => store.record([keyed('new')]))
      const forget = await attempt(() => store.forget([keyed('forgotten').key]))
      const read = await attempt(() => store.read(0, { ...position, sequence: 0, tip: '' }))
      const scan = await attempt(() => marksIn(store))
      if ('value' in find) expect(find.value).toEqual([keyed('before')])
      if ('value' in record) expect([record.value, await holds(server, 'new')]).toEqual([[true], true])
      if ('value' in forget) expect(await holds(server, 'forgotten')).toBe(false)
      if ('value' in read) expect(read.value).toMatchObject({ reset: false, complete: true })
      if ('value' in scan) expect(scan.value).toContainEqual(keyed('before'))
      const errors = [find, record, forget, read, scan].flatMap((outcome) =>
        'error' in outcome ? [outcome.error] : [],
      )
      expect(errors, 'calls that need the right').not.toHaveLength(0)
      for (const error of errors) expect(error).toMatchObject(denial)
    },
  )

  test.for(pushing)('without %s stores revocations, which followers read', async (right, { start, open }) => {
    const { server, store } = await openAsUser(connect, { start, open })
    const { position } = await store.read(0)
    await letIn(
      server,
      rights.filter((other) => other !== right),
    )
    expect(await store.record([keyed('new')])).toEqual([true])
    expect(await store.read(0, position)).toMatchObject({ entries: [{ key: keyed('new').key }], complete: true })
  })

  test.for(['+hset', '+hmget', '+xadd'])(
    'without %s stores no revocation that followers could miss',
    async (right, { start, open }) => {
      const { server, store } = await openAsUser(connect, { start, open })
      const { position } = await store.read(0)
      await letIn(
        server,
        rights.filter((other) => other !== right),
      )
      await expect(store.record([keyed('new')])).rejects.toMatchObject(denial)
      expect(await holds(server, 'new')).toBe(false)
      await letIn(server)
      expect(await store.read(0, position)).toEqual({ reset: false, entries: [], position, complete: true })
    },
  )

  test('without +set tells followers that the mark which they read was not stored', async ({ start, open }) => {
    const { server, store } = await openAsUser(connect, { start, open })
    const { position } = await store.read(0)
    await letIn(
      server,
      rights.filter((other) => other !== '+set'),
    )
    await expect(store.record([keyed('new')])).rejects.toMatchObject(denial)
    expect(await holds(server, 'new')).toBe(false)
    const { key, mark } = keyed('new')
    expect(await store.read(0, position)).toMatchObject({
      entries: [
        { key, mark },
        { key, mark: undefined },
      ],
    })
  })
})
