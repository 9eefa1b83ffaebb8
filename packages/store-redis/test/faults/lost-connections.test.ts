import { eventually } from '@revoked/testing'
import { describe, expect } from 'vitest'
import { allClients, type ConnectedClient, clients } from '../support/connected-clients.ts'
import {
  cutThroughout,
  killConnectionsDuringChecks,
  loseAllReplies,
  loseReply,
  type ProxiedStore,
  severInStorm,
} from '../support/fault-checks.ts'
import { changesOn, marksOn, revocationOver, type Setup, test, tokenOf, tokensOf } from '../support/fault-setup.ts'
import { guardRejections } from '../support/rejection-guard.ts'
import { failureOf } from '../support/settled.ts'

guardRejections()

describe.each(clients)('a lost connection, %s', { concurrent: true, timeout: 30_000 }, (_, connect) => {
  test('with the reply of a revocation still lets its only caller know that it was first', async ({
    start,
    proxyTo,
    open,
  }) => {
    const server = await start()
    const proxy = await proxyTo(server.port)
    await loseReply({ server, store: await open(connect(proxy.port)) }, proxy)
  })

  test('leaves no check without an answer', async ({ start, open }) => {
    const server = await start()
    await killConnectionsDuringChecks({ server, store: await open(connect(server.port)) })
  })

  test('stores the mark once if the caller retries after the deadline', async ({ start, proxyTo, open }) => {
    const server = await start()
    const proxy = await proxyTo(server.port)
    const revocation = revocationOver(await open(connect(proxy.port)))
    await revocation.revoke({ token: tokenOf('before') })
    const token = tokenOf('a')
    proxy.halfOpen('toClient')
    await failureOf(revocation.revoke({ token }))
    proxy.halfOpen('none')
    proxy.cut()
    const [again] = await eventually(
      async () => [await revocation.revoke({ token })] as const,
      'the revocation is acknowledged',
      10_000,
    )
    expect(again.changed).toBe(false)
    expect([await marksOn(server), await changesOn(server)]).toEqual([2, 2])
  })

  test('under many calls loses no acknowledged revocation, and every call settles', async ({ start, open }) => {
    const server = await start()
    const store = await open(connect(server.port))
    let killed = 0
    await severInStorm({ server, store }, async () => {
      killed += Number(await server.command('CLIENT', 'KILL', 'TYPE', 'normal'))
    })
    expect(killed).toBeGreaterThanOrEqual(6)
  })

  test('is not needed to answer every call while scripts are flushed', async ({ start, open }) => {
    const server = await start()
    const store = await open(connect(server.port))
    const revocation = revocationOver(store, 5_000)
    const tokens = tokensOf('a', 300)
    const calls = tokens.map(async (token, index) => {
      if (index % 10 === 0) await server.command('SCRIPT', 'FLUSH')
      const { changed } = await revocation.revoke({ token })
      if (index % 3 === 0) await revocation.reinstate({ token })
      return changed
    })
    expect(new Set(await Promise.all(calls))).toEqual(new Set([true]))
    expect(await marksOn(server)).toBe(200)
    expect(await changesOn(server)).toBe(400)
  })

  test.for([
    ['after a revocation lets exactly one of a hundred callers know that it was first', loseAllReplies],
    ['at any time lets at most one of a hundred callers know that it was first', cutThroughout],
  ] as const)('%s', async ([, check], { start, proxyTo, open }) => {
    const server = await start()
    const proxiedStores = await Promise.all(
      [0, 1, 2, 3].map(() => proxied(connect, { port: server.port, proxyTo, open })),
    )
    await check({ server }, proxiedStores)
  })
})

test.for([
  ['exactly one learns that it was first if all replies are lost', loseAllReplies],
  ['at most one learns that it was first if connections are lost repeatedly', cutThroughout],
] as const)(
  'of a hundred callers over four clients %s',
  { timeout: 30_000 },
  async ([, check], { start, proxyTo, open }) => {
    const server = await start()
    const proxiedStores = await Promise.all(
      allClients.map(([, connect]) => proxied(connect, { port: server.port, proxyTo, open })),
    )
    await check({ server }, proxiedStores)
  },
)

async function proxied(
  connect: (port: number) => Promise<ConnectedClient>,
  { port, proxyTo, open }: Pick<Setup, 'proxyTo' | 'open'> & { readonly port: number },
): Promise<ProxiedStore> {
  const proxy = await proxyTo(port)
  return { proxy, store: await open(connect(proxy.port)) }
}
