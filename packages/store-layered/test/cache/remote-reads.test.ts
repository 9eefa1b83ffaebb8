import type { Key, KeyedMark } from '@revoked/core'
import { expect, test } from 'vitest'
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
