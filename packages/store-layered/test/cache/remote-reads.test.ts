import type { Key, KeyedMark } from '@revoked/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createRemoteReads } from '../../src/cache/remote-reads.ts'

const key = (value: number): Key => ({ scope: 'jti', value: String(value) })

/** Returns a remote that answers each call when the test does. */
function slowRemote() {
  const calls: { readonly keys: readonly Key[]; readonly answer: (found: readonly KeyedMark[]) => void }[] = []
  return {
    calls,
    find: (keys: readonly Key[]) =>
      new Promise<readonly KeyedMark[]>((answer) => {
        calls.push({ keys, answer })
      }),
  }
}

test('asks for the keys of one turn together', async () => {
  const remote = slowRemote()
  const read = createRemoteReads(remote, 60_000)
  const mark = { cutoff: 1, expiresAt: Infinity }
  const both = Promise.all([read(key(1)), read(key(2))])
  await Promise.resolve()
  expect(remote.calls).toHaveLength(1)
  remote.calls[0]?.answer([{ key: key(2), mark }])
  expect(await both).toEqual([undefined, mark])
})

test('makes 16 calls at a time, and reads the keys that wait in one more', async () => {
  const remote = slowRemote()
  const read = createRemoteReads(remote, 60_000)
  const answers: Promise<unknown>[] = []
  for (let value = 0; value < 30; value++) {
    answers.push(read(key(value)))
    await Promise.resolve()
  }
  expect(remote.calls).toHaveLength(16)
  remote.calls[0]?.answer([])
  await expect.poll(() => remote.calls.length).toBe(17)
  expect(remote.calls[16]?.keys).toHaveLength(14)
  for (const { answer } of remote.calls) answer([])
  expect(await Promise.all(answers)).toHaveLength(30)
})

test('rejects if the remote does not answer in time', async () => {
  const read = createRemoteReads(slowRemote(), 20)
  await expect(read(key(1))).rejects.toThrow('within 20 ms')
})

describe('if all calls are taken by a remote that hangs', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  async function readLater(read: (key: Key) => Promise<unknown>): Promise<{ failure: unknown }> {
    for (let value = 0; value < 16; value++) {
      read(key(value)).catch(() => undefined)
      await Promise.resolve()
    }
    await vi.advanceTimersByTimeAsync(150)
    const outcome: { failure: unknown } = { failure: undefined }
    read(key(16)).catch((cause: unknown) => {
      outcome.failure = cause
    })
    return outcome
  }

  test('rejects in time, although it had to wait for a call', async () => {
    const remote = slowRemote()
    const outcome = await readLater(createRemoteReads(remote, 200))
    await vi.advanceTimersByTimeAsync(190)
    expect(remote.calls).toHaveLength(17)
    expect(outcome.failure).toBe(undefined)
    await vi.advanceTimersByTimeAsync(20)
    expect(outcome.failure).toMatchObject({ message: 'The remote store did not answer within 200 ms.' })
  })

  test('asks for no key that nobody waits for any more', async () => {
    const remote = slowRemote()
    const read = createRemoteReads(remote, 200)
    await readLater(read)
    const monotonic = performance.now.bind(performance)
    performance.now = () => monotonic() + 1_000
    await vi.advanceTimersByTimeAsync(100)
    expect(remote.calls).toHaveLength(16)
  })
})

test('rejects if the remote rejects or throws', async () => {
  const read = createRemoteReads(
    {
      find: () => {
        throw new RangeError('down')
      },
    },
    20,
  )
  await expect(read(key(1))).rejects.toThrow('down')
})
