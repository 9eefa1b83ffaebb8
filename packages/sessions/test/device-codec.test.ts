import { memorySessions } from '@revoked/store-memory'
import { expect, test } from 'vitest'
import { createSessions } from '../src/index.ts'

interface Device {
  readonly name: string
}

function readDevice(value: unknown): Device {
  if (typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string')
    return { name: value.name }
  throw new TypeError('A device has a name.')
}

const times = { idleTimeout: '30m', absoluteLifetime: '30d' } as const

test('a device is what its reader returns, also when it is read back', async () => {
  const sessions = createSessions({ store: memorySessions(), ...times, readDevice })
  const given = { name: 'Firefox', secret: 'x' }
  const { id, device } = await sessions.open({ subject: 'ada', device: given })
  expect(device).toEqual({ name: 'Firefox' })
  expect((await sessions.get('ada', id))?.device).toEqual({ name: 'Firefox' })
})

test('a session without a device has none', async () => {
  const sessions = createSessions({ store: memorySessions(), ...times, readDevice })
  expect((await sessions.open({ subject: 'ada' })).device).toBeUndefined()
})

test('a device that the reader refuses opens nothing', async () => {
  const sessions = createSessions({ store: memorySessions(), ...times, readDevice })
  const wrong = { nickname: 'x' } as unknown as Device
  await expect(sessions.open({ subject: 'ada', device: wrong })).rejects.toThrow('A device has a name.')
  expect(await sessions.count('ada')).toBe(0)
})

test('a device that changes when it is stored is refused by the login', async () => {
  const readDate = (value: unknown): Date => {
    if (value instanceof Date) return value
    throw new TypeError('No date.')
  }
  const sessions = createSessions({ store: memorySessions(), ...times, readDevice: readDate })
  await expect(sessions.open({ subject: 'ada', device: new Date() })).rejects.toThrow('No date.')
})

test('a device that is not one any more is left out, and its session can be closed', async () => {
  const store = memorySessions()
  const before = createSessions({ store, ...times })
  await before.open({ subject: 'ada', device: { nickname: 'x' } })
  await store.open({ ...(await store.list('ada'))[0], id: 'corrupt', data: '{' } as never)
  const after = createSessions({ store, ...times, readDevice })
  const list = await after.list('ada')
  expect(list.map(({ device }) => device)).toEqual([undefined, undefined])
  for (const { id } of list) expect(await after.close('ada', id)).toBe(true)
})

test('a device may have 4 KiB of UTF-8, and its content is in no error', async () => {
  const sessions = createSessions({ store: memorySessions(), ...times })
  const fits = 'ä'.repeat(2_047)
  expect((await sessions.open({ subject: 'ada', device: fits })).device).toBe(fits)
  const call = sessions.open({ subject: 'ada', device: `${fits}x` })
  const error: unknown = await call.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(RangeError)
  expect(String(error)).not.toContain('ä')
})

const circular: Record<string, unknown> = {}
circular['secret'] = circular

test.each([
  ['a function', () => 1],
  ['a bigint', { secret: 1n }],
  ['circular', circular],
])('refuses a device that is %s, and does not name its properties', async (_, device) => {
  const sessions = createSessions({ store: memorySessions(), ...times })
  const error: unknown = await sessions.open({ subject: 'ada', device }).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(TypeError)
  expect(String(error)).not.toContain('secret')
})
