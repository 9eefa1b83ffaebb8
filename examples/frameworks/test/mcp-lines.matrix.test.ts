/** Apart from the other examples: the SDK takes seconds to load on a busy machine. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { hasShell, run } from './run-example.ts'

test.runIf(hasShell)('prints curl lines that work when pasted: mcp', { timeout: 60_000 }, async () => {
  const { stdout } = await promisify(execFile)('bash', ['-c', await run('mcp')])
  expect(stdout).toContain('ada by assistant')
  const statuses = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' ').at(-1))
  expect(statuses).toEqual(['200', '204', '401'])
})
