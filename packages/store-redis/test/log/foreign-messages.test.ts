import { randomUUID } from 'node:crypto'
import { createRevocation, type FollowableStore } from '@revoked/core'
import { eventually, type RedisServer, startRedis } from '@revoked/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { redisStore } from '../../src/index.ts'
import { clients } from '../support/connected-clients.ts'
import { idsIn, listen, revokedToken } from '../support/heard-log.ts'

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

const total = `[1,null,${Date.now() + 600_000}]`

/** Returns a message with one entry per key name. */
function entries(epoch: string, ...names: readonly string[]): string {
  return ['entries', epoch, '7', 'tip', ...names.flatMap((name, index) => [`tip${index}`, name, total])].join('\n')
}

/** Messages that do not belong to the log of this epoch. */
const foreign: readonly (readonly [name: string, text: (epoch: string) => string])[] = [
  ['nothing', () => ''],
  ['no message of ours', () => 'garbage'],
  ['a message of another version', (epoch) => `changed\n${epoch}\n7\ntip\n{}`],
  ['another epoch', () => entries('elsewhere', 'jti:forged')],
  ['a wake-up of another epoch', () => 'wake\nelsewhere'],
  ['a scope that no service uses', (epoch) => entries(epoch, 'forged:forged')],
  ['a scope that no service uses beside one', (epoch) => entries(epoch, 'jti:forged', 'forged:forged')],
  ['a key without a scope', (epoch) => entries(epoch, 'forged')],
  ['a mark that is none', (epoch) => entries(epoch, 'jti:forged').replace(total, '[9]')],
  ['a tip, and no entry', (epoch) => `entries\n${epoch}\n7\ntip`],
  ['half an entry', (epoch) => `entries\n${epoch}\n7\ntip\ntip0\njti:forged`],
  ['a position that is no number', (epoch) => entries(epoch, 'jti:forged').replace('\n7\n', '\n1e3\n')],
  ['a megabyte', (epoch) => entries(epoch, `jti:${'x'.repeat(1_000_000)}`)],
  ['100 scopes', (epoch) => entries(epoch, ...scopes(100))],
  ['21 KB of scopes', (epoch) => entries(epoch, ...scopes(600))],
]

/** Returns names of keys, each of another scope. */
function scopes(count: number): readonly string[] {
  return Array.from({ length: count }, (_, scope) => `forged-${scope}:forged`)
}

describe.each(clients)('over %s, a subscription', (_, connect) => {
  interface Opened {
    readonly store: FollowableStore
    readonly epoch: string
    readonly publish: (text: string) => Promise<unknown>
  }

  /** Opens a store whose scopes are known. */
  async function open(): Promise<Opened> {
    const { client, disconnect } = await connect(server.port)
    onTestFinished(disconnect)
    const prefix = randomUUID()
    const store = redisStore(client, { prefix })
    await createRevocation({ store, maxTokenLifetime: '1h' }).ready()
    const { epoch } = (await store.read(0)).position
    return { store, epoch, publish: (text) => server.command('PUBLISH', `{${prefix}:0}:changes@0`, text) }
  }

  async function subscribers(): Promise<string[]> {
    return String(await server.command('CLIENT', 'LIST', 'TYPE', 'pubsub')).match(/^id=\d+/gm) ?? []
  }

  /** Counts the reads of the log, which trim first. */
  async function reads(): Promise<string | undefined> {
    return /cmdstat_xtrim:calls=(\d+)/.exec(String(await server.command('INFO', 'commandstats')))?.[1]
  }

  test.for(foreign)('ignores and counts %s, and hears what follows', async ([, text]) => {
    const { store, epoch, publish } = await open()
    const heard = await listen(store)
    const before = { subscribers: await subscribers(), reads: await reads(), wakes: heard.wakes() }
    expect(await publish(text(epoch))).toBe(1)
    await store.record([revokedToken('real')])
    await eventually(() => heard.entries.length > 0, 'the real entry arrives')
    expect(idsIn(heard.entries)).toEqual(['real'])
    expect(heard.subscription.status()).toEqual({ isOpen: true, lastFailure: undefined, ignoredMessages: 1 })
    expect({ subscribers: await subscribers(), reads: await reads(), wakes: heard.wakes() }).toEqual(before)
  })

  test('hears a message of the same form that belongs to the log', async () => {
    const { store, epoch, publish } = await open()
    const heard = await listen(store)
    await publish(entries(epoch, 'jti:real'))
    await publish(`wake\n${epoch}`)
    await eventually(() => heard.wakes() > 1, 'the messages arrive')
    expect(idsIn(heard.entries)).toEqual(['real'])
    expect(heard.subscription.status().ignoredMessages).toBe(0)
  })

  test('accepts the scopes of claims that the services have agreed on', async () => {
    const { store, epoch, publish } = await open()
    const heard = await listen(store)
    await publish(entries(epoch, 'tenant:early'))
    await eventually(() => heard.subscription.status().ignoredMessages === 1, 'the scope is not known yet')
    await createRevocation({ store, maxTokenLifetime: '1h', claims: ['tenant'] }).ready()
    await publish(entries(epoch, 'tenant:acme'))
    await eventually(() => heard.entries.length > 0, 'the message arrives')
    expect(idsIn(heard.entries)).toEqual(['acme'])
  })

  test('survives a listener that throws', async () => {
    const { store } = await open()
    const subscription = store.subscribe(0, {
      entries: () => {
        throw new Error('a listener must not throw')
      },
      wake: () => {
        throw new Error('a listener must not throw')
      },
    })
    onTestFinished(() => subscription.close())
    const heard = await listen(store)
    await store.record([revokedToken('real')])
    await eventually(() => heard.entries.length > 0, 'another listener hears it')
    expect(subscription.status()).toMatchObject({ isOpen: true, ignoredMessages: 0 })
  })
})
