import { fileURLToPath } from 'node:url'
import { runNode } from '@revoked/testing'
import { sqliteDrivers } from '@revoked/testing/sqlite-drivers'
import { expect, test } from 'vitest'
import { startedBy, startProgram } from './run-program.ts'

const folder = fileURLToPath(new URL('..', import.meta.url))

// Here, because building the driver takes longer than a test may, and the demo waits for it.
await sqliteDrivers()

test('runs the whole story and ends with exit code 0', { timeout: 30_000 }, async () => {
  const { exitCode, output } = await runNode(['dist/demo.js'], folder)
  expect(output).toMatch(/\n52 requests, all as they must be\n$/)
  expect(output).not.toContain('✗')
  expect(output).not.toContain('\u001b')
  expect(exitCode).toBe(0)
})

test('refuses over a SQLite file what was revoked before the process was killed', { timeout: 60_000 }, async () => {
  const { ended, output } = startProgram('demo', {}, 'sqlite')
  expect(await ended).toBe(0)
  expect(output()).toMatch(/\n\d+ requests, all as they must be\n$/)
  const { pids } = startedBy(output())
  expect(new Set(pids).size).toBe(2)
  const [, after = ''] = output().split('kill -9')
  expect([...after.matchAll(/GET +\/me +(\d+)/g)].map(([, status]) => status)).toEqual(['401', '200'])
})

test.each(['demo', 'serve'])('%s names the stores that there are when asked for another', async (program) => {
  const { exitCode, output } = await runNode([`dist/${program}.js`, '--store', 'toString'], folder)
  expect(output).toMatch(/^There is no store called "toString"\. Choose one of: memory.*\.\n$/)
  expect(exitCode).toBe(1)
})

test('says what a store over Redis needs if no server can be started', async () => {
  const { ended, output } = startProgram('demo', {
    REVOKED_REDIS_SERVER: '/nowhere/redis-server',
    REVOKED_REDIS_FOUND: 'null',
  })
  expect(await ended).toBe(1)
  expect(output()).toMatch(
    /^This store needs a Redis server\. REVOKED_REDIS_SERVER=\S+ does not run.*\. Set REDIS_URL to use one that runs already\.\n$/,
  )
})
