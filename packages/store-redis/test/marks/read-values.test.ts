import { expect, test } from 'vitest'
import type { RedisPort } from '../../src/clients/port.ts'
import { RedisError } from '../../src/clients/redis-error.ts'
import { createValueReader } from '../../src/marks/read-values.ts'

/** A port that notes each command, and answers those that are given. */
function setUp(answers: Readonly<Record<string, () => unknown>>) {
  const sent: string[] = []
  const sendToOwner: RedisPort['sendToOwner'] = async (_, [command = '']) => {
    sent.push(command)
    const answer = answers[command]
    return answer === undefined ? [] : answer()
  }
  const port = { isCluster: false, sendToOwner } as Partial<RedisPort> as RedisPort
  const read = createValueReader(port, { feedKey: 'feed' } as Parameters<typeof createValueReader>[1])
  return { sent, read }
}

/** Returns a function that throws once. */
function failingOnce(failure: RedisError): () => unknown {
  let failures = 0
  return () => {
    if (failures++ === 0) throw failure
    return []
  }
}

test('one unexpected error of a read-only script does not end their use', async () => {
  const { sent, read } = setUp({ EXISTS: () => 1, EVALSHA_RO: failingOnce(new RedisError('ERR')) })
  await read(['a'])
  await read(['b'])
  expect(sent).toEqual(['EXISTS', 'EVALSHA_RO', 'EVALSHA', 'EXISTS', 'EVALSHA_RO'])
})

test('a server that does not know read-only scripts is asked for one only once', async () => {
  const unknown = failingOnce(new RedisError('ERR', { isUnknownCommand: true }))
  const { sent, read } = setUp({ EXISTS: () => 1, EVALSHA_RO: unknown })
  await read(['a'])
  await read(['b'])
  expect(sent).toEqual(['EXISTS', 'EVALSHA_RO', 'EVALSHA', 'EXISTS', 'EVALSHA'])
})

test.each([0, '0'])('a read of keys that do not exist runs no script: %j', async (none) => {
  const { sent, read } = setUp({ EXISTS: () => none })
  expect((await read(['a', 'b'])).size).toBe(0)
  expect(sent).toEqual(['EXISTS'])
})

test('reads after one that found a value run the script at once, until 16 have found none', async () => {
  let replies: unknown[] = ['0', 'value']
  const { sent, read } = setUp({ EXISTS: () => (replies.length === 0 ? 0 : 1), EVALSHA_RO: () => replies })
  expect(await read(['a'])).toEqual(new Map([[0, 'value']]))
  expect(await read(['a'])).toEqual(new Map([[0, 'value']]))
  replies = []
  for (let turn = 0; turn < 17; turn++) expect((await read(['a'])).size).toBe(0)
  expect(sent).toEqual(['EXISTS', ...Array.from({ length: 18 }, () => 'EVALSHA_RO'), 'EXISTS'])
})

test.each([null, '', 'text', [], Number.NaN])(
  'a reply that is no number is never read as nothing: %j',
  async (reply) => {
    const { read } = setUp({ EXISTS: () => reply })
    await expect(read(['a'])).rejects.toThrow(TypeError)
  },
)
