import { expect, test } from 'vitest'
import type { RedisPort } from '../../src/clients/port.ts'
import { RedisError } from '../../src/clients/redis-error.ts'
import { createValueReader } from '../../src/marks/read-values.ts'

/** A port whose first command rejects, and whose others find nothing. */
function setUp(failure: RedisError) {
  const sent: (string | undefined)[] = []
  const sendToOwner: RedisPort['sendToOwner'] = async (_, [command]) => {
    sent.push(command)
    if (sent.length === 1) throw failure
    return []
  }
  const port = { isCluster: false, sendToOwner } as Partial<RedisPort> as RedisPort
  const read = createValueReader(port, { feedKey: 'feed' } as Parameters<typeof createValueReader>[1])
  return { sent, read }
}

test('one unexpected error of a read-only script does not end their use', async () => {
  const { sent, read } = setUp(new RedisError('ERR'))
  await read(['a'])
  await read(['b'])
  expect(sent).toEqual(['EVALSHA_RO', 'EVALSHA', 'EVALSHA_RO'])
})

test('a server that does not know read-only scripts is asked for one only once', async () => {
  const { sent, read } = setUp(new RedisError('ERR', { isUnknownCommand: true }))
  await read(['a'])
  await read(['b'])
  expect(sent).toEqual(['EVALSHA_RO', 'EVALSHA', 'EVALSHA'])
})
