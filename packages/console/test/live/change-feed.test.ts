import { createRevocation, type RevocationStore } from '@revoked/core'
import { layeredStore } from '@revoked/store-layered'
import { memoryStore } from '@revoked/store-memory'
import { eventually } from '@revoked/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type OpenConsole, openConsole } from '../support/open-console.ts'

interface Page {
  readonly process: string
  readonly next: number
  readonly state: string
  readonly changes: readonly Record<string, unknown>[]
}

async function read({ ask }: OpenConsole, query = ''): Promise<Page> {
  return (await ask(`changes?${query}`)).body as unknown as Page
}

/** Opens a console whose log is followed already. */
async function openLive(store: RevocationStore): Promise<OpenConsole> {
  const opened = openConsole({ store })
  await eventually(async () => (await read(opened)).state === 'live', 'the log is followed')
  return opened
}

function layered(): RevocationStore {
  const store = layeredStore(memoryStore())
  onTestFinished(() => store.close())
  return store
}

describe.each([
  ['a store', () => memoryStore()],
  ['the cache of this process', layered],
])('over %s', (_, open) => {
  test('a request that waits is answered by the next revocation', async () => {
    const opened = await openLive(open())
    const { process, next } = await read(opened)
    const waiting = read(opened, `wait=20&after=${process}.${next}`)
    await opened.revocation.revoke({ subject: 'ada' }, { reason: 'logout' })
    const page = await waiting
    expect(page.changes).toEqual([
      expect.objectContaining({
        action: 'revoke',
        scope: 'sub',
        value: 'ada',
        reason: 'logout',
        cutoff: expect.any(Number),
      }),
    ])
    expect(page.next).toBe(next + 1)
  })

  test('reinstatements are shown, and what was read before is not repeated', async () => {
    const opened = await openLive(open())
    await opened.revocation.revoke({ session: 's' })
    await eventually(async () => (await read(opened)).changes.length === 1, 'the revocation is seen')
    const { process, next } = await read(opened)
    await opened.revocation.reinstate({ session: 's' })
    const page = await read(opened, `wait=20&after=other.7,${process}.${next}`)
    expect(page.changes).toEqual([expect.objectContaining({ action: 'reinstate', scope: 'sid', value: 's' })])
  })

  test('another process names the same changes alike, and begins with what it has kept', async () => {
    const store = open()
    const [one, other] = [await openLive(store), await openLive(store)]
    await one.revocation.revoke([{ subject: 'ada' }, { subject: 'ben' }])
    await eventually(async () => (await read(one)).changes.length === 2, 'one has seen both')
    const seen = await read(one)
    const elsewhere = await read(other, `wait=20&after=${seen.process}.${seen.next}`)
    expect(elsewhere.process).not.toBe(seen.process)
    expect(elsewhere.changes.map(({ id }) => id)).toEqual(seen.changes.map(({ id }) => id))
  })
})

test('with several issuers, changes say which of them they concern', async () => {
  const store = memoryStore()
  const opened = openConsole({
    store,
    revocation: createRevocation({ store, maxTokenLifetime: '1h', issuer: '*' }),
    sessionIssuer: 'https://a.example',
  })
  await eventually(async () => (await read(opened)).state === 'live', 'the log is followed')
  const issuer = 'https://a.example'
  await opened.revocation.revoke([
    { subject: '["x","y"]', issuer },
    { everything: true, issuer },
  ])
  await eventually(async () => (await read(opened)).changes.length === 2, 'both are seen')
  expect((await read(opened)).changes).toMatchObject([
    { scope: 'sub', value: '["x","y"]', issuer },
    { scope: 'all', value: '', issuer },
  ])
})

test('the latest 200 changes are kept', async () => {
  const opened = await openLive(memoryStore())
  await opened.revocation.revoke(Array.from({ length: 450 }, (_, index) => ({ jti: `t${index}` })))
  await eventually(async () => (await read(opened)).next === 450, 'all are seen')
  const { changes } = await read(opened)
  expect([changes.length, changes.at(-1)?.['value']]).toEqual([200, 't449'])
})

test('the records of refresh tokens are not shown', async () => {
  const store = memoryStore()
  const opened = await openLive(store)
  const family = { generation: 1, spentAt: Date.now(), tokenIds: [], contested: 0 }
  await store.record([
    { key: { scope: 'fam', value: 'f' }, mark: { cutoff: -Infinity, expiresAt: Date.now() + 60_000, family } },
  ])
  await opened.revocation.revoke({ subject: 'ada' })
  await eventually(async () => (await read(opened)).changes.length > 0, 'the revocation is seen')
  expect((await read(opened)).changes).toMatchObject([{ scope: 'sub' }])
})

test('after a pause nobody is told that nothing has happened meanwhile', async () => {
  const opened = await openLive(memoryStore())
  const { process, next } = await read(opened)
  // What follows a minute without a look.
  opened.handle.close()
  await opened.revocation.revoke({ subject: 'ada' })
  const page = await read(opened, `after=${process}.${next}`)
  expect(page.changes).toMatchObject([{ action: 'missed' }])
})

test('a request that waits ends when its client leaves', async () => {
  const { handle } = await openLive(memoryStore())
  const leaving = new AbortController()
  const headers = { cookie: 'role=support', 'x-revoked-console': '1', 'sec-fetch-site': 'same-origin' }
  const url = 'http://console.test/console/api/changes'
  const first = (await (await handle(new Request(url, { headers }))).json()) as Page
  const after = `${first.process}.${first.next}`
  const waiting = handle(new Request(`${url}?wait=20&after=${after}`, { headers, signal: leaving.signal }))
  leaving.abort()
  expect((await waiting).status).toBe(200)
})

test('a cache that is idle at times is not followed, and the page does not offer it', async () => {
  const store = layeredStore(memoryStore(), { idleAfter: '1m' })
  onTestFinished(() => store.close())
  const { ask } = openConsole({ store })
  expect((await ask('me')).body).toMatchObject({ hasLive: false })
})
