import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { hasShell, program, run } from './run-example.ts'

test.runIf(hasShell).each([
  ['fastify', '200 200 204 401'],
  ['nest', '200 200 204 401'],
  ['express-cookies', '200 200 204 200 403 204 401'],
  ['oauth', '200 200 200 200 200 200'],
])('prints curl lines that work when pasted: %s', { timeout: 30_000 }, async (name, statuses) => {
  const { stdout } = await promisify(execFile)('bash', ['-c', await run(name)])
  const lines = stdout.trim().split('\n')
  expect(lines.map((line) => line.split(' ').at(-1)).join(' ')).toBe(statuses)
  if (name === 'oauth')
    expect(lines.flatMap((line) => /"active":\w+/.exec(line) ?? [])).toEqual([
      '"active":true',
      '"active":false',
      '"active":true',
      '"active":false',
    ])
})

test('names every example of the table if the given name is unknown', { timeout: 15_000 }, () => {
  const { status, stderr } = spawnSync(process.execPath, [program, 'unknown'], { encoding: 'utf8' })
  expect(status).toBe(1)
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const inTable = [...readme.matchAll(/\(src\/([\w-]+)\.ts\)/g)].map(([, name]) => name)
  expect(stderr.trim()).toBe(`Name an example: ${inTable.join(', ')}.`)
})
