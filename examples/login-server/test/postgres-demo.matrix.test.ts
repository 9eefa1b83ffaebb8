import { startPostgres } from '@revoked/testing/postgres'
import { expect, onTestFinished, test } from 'vitest'
import { expectAllGone, startedBy, startProgram } from './run-program.ts'

test('keeps the bound over PostgreSQL through all faults, and leaves nothing behind', { timeout: 90_000 }, async () => {
  const server = await startPostgres()
  onTestFinished(server.stop)
  // Both run at the same time, because they mostly wait.
  const own = startProgram('demo', {}, 'postgres')
  const borrowed = startProgram('demo', { DATABASE_URL: server.url }, 'postgres')
  for (const { output, ended } of [own, borrowed]) {
    expect(await ended, output()).toBe(0)
    expect(output()).toMatch(/\n62 requests, all as they must be\n$/)
    expect(output()).not.toContain('✗')
    await expectAllGone(startedBy(output()))
  }
  expect(startedBy(own.output()).pids).toHaveLength(3)
  expect(borrowed.output()).toContain('the proxy in front of PostgreSQL drops every byte')
  const schemas = await server.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'revoked%'")
  expect(schemas).toEqual([])
})

test('says in one line that it cannot use the PostgreSQL of DATABASE_URL', { timeout: 40_000 }, async () => {
  const run = async (url: string): Promise<string> => {
    const { output, ended } = startProgram('demo', { DATABASE_URL: url }, 'postgres')
    expect(await ended).toBe(1)
    return output()
  }
  expect(await run('redis://:marlin@127.0.0.1:1')).toBe(
    'DATABASE_URL must be a URL that begins with postgres:// or postgresql://.\n',
  )
  expect(await run('postgres://ada:marlin@127.0.0.1:1/app')).toMatch(/^Cannot \w+ .*PostgreSQL.*\.\n$/)
})
