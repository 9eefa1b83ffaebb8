import type { SessionStore } from '@revoked/core/sessions'
import { eventually, type FaultProxy, type RedisServer } from '@revoked/testing'
import { describe, expect } from 'vitest'
import { redisSessions } from '../../src/index.ts'
import { clients } from '../support/connected-clients.ts'
import { test } from '../support/fault-setup.ts'
import { guardRejections } from '../support/rejection-guard.ts'
import { sessionOf } from '../support/sessions.ts'

guardRejections()

describe.each(clients)('a lost connection, %s', { concurrent: true, timeout: 30_000 }, (_, connect) => {
  /** Makes a call whose reply is lost after the server has carried it out. */
  async function withoutReply<Result>(
    { server, proxy }: { readonly server: RedisServer; readonly proxy: FaultProxy },
    call: () => Promise<Result>,
    isDone: (ids: unknown) => boolean,
  ): Promise<Result> {
    proxy.halfOpen('toClient')
    const calling = call()
    await eventually(
      async () => isDone(await server.command('ZRANGE', '{sessions:ada}:expiry', '0', '-1')),
      'the server has carried out the call',
    )
    proxy.halfOpen('none')
    proxy.cut()
    return await calling
  }

  async function connected(port: number, use: (store: SessionStore) => Promise<void>): Promise<void> {
    const { client, disconnect } = await connect(port)
    try {
      await use(redisSessions(client))
    } finally {
      disconnect()
    }
  }

  test('with the reply to a login opens the session once, within the limit', async ({ start, proxyTo }) => {
    const server = await start()
    const proxy = await proxyTo(server.port)
    await connected(proxy.port, async (store) => {
      await store.open(sessionOf('ada', { id: 'old' }))
      const session = sessionOf('ada', { id: 'new' })
      const open = () => store.open(session, { maxOpen: 1, instead: ['old'] })
      expect(await withoutReply({ server, proxy }, open, (ids) => String(ids) === 'new')).toEqual({ opened: true })
      expect(await store.list('ada')).toEqual([session])
    })
  })

  test('with the reply to a logout closes the session, and leaves its id out', async ({ start, proxyTo }) => {
    const server = await start()
    const proxy = await proxyTo(server.port)
    await connected(proxy.port, async (store) => {
      await store.open(sessionOf('ada', { id: 'a' }))
      // The server knows the script from then on, so that the call takes one reply.
      await store.close('ada', ['unknown'])
      const close = () => store.close('ada', ['a'])
      expect(await withoutReply({ server, proxy }, close, (ids) => String(ids) === '')).toEqual([])
      expect(await store.list('ada')).toEqual([])
    })
  })

  test('leaves no check without its answer', async ({ start, proxyTo }) => {
    const server = await start()
    const proxy = await proxyTo(server.port)
    await connected(proxy.port, async (store) => {
      const session = sessionOf('ada')
      await store.open(session)
      for (let times = 0; times < 5; times++) {
        const found = Array.from({ length: 20 }, async () => await store.find([session]))
        proxy.cut()
        for (const expiries of await Promise.all(found)) expect(expiries).toEqual([session.usedAt + session.idleMs])
      }
    })
  })

  test('that is half-open is replaced within 5 seconds', async ({ start, proxyTo }) => {
    const server = await start()
    const proxy = await proxyTo(server.port)
    await connected(proxy.port, async (store) => {
      const session = sessionOf('ada')
      await store.open(session)
      proxy.strand()
      const strandedAt = performance.now()
      expect(await store.touch({ ...session, usedAt: session.usedAt + 1 })).toMatchObject({ id: session.id })
      expect(performance.now() - strandedAt).toBeLessThan(5_000)
    })
  })
})
