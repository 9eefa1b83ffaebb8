import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'

const run = promisify(execFile)
const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
/** Without what the test runner tells its own processes. */
const env = { ...process.env, NODE_OPTIONS: '' }

async function evaluateBare(module: string): Promise<unknown> {
  const args = ['--experimental-vm-modules', '--no-warnings', pathOf('bare-runtime.mjs'), module]
  const { stdout } = await run(process.execPath, args, { env })
  return JSON.parse(stdout)
}

async function evaluateBareText(text: string): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'bare-'))
  try {
    const module = join(folder, 'module.mjs')
    await writeFile(module, text)
    return await evaluateBare(module)
  } finally {
    await rm(folder, { recursive: true })
  }
}

describe('the built package', () => {
  test('revokes and checks with the language and two timers alone', async () => {
    expect(await evaluateBare(pathOf('bare-scenario.mjs'))).toEqual({
      outcome: [
        'active',
        'jti',
        'sid',
        'sub',
        'active',
        'client_id',
        'all',
        'unavailable',
        'ERR_INVALID_CLAIMS',
        'number',
      ],
      loaded: expect.any(Number),
    })
  })

  test('can be required from CommonJS', async () => {
    const program = `
      const { createRevocation, RevocationError, ...rest } = require('@revoked/core')
      process.stdout.write(JSON.stringify([typeof createRevocation, typeof RevocationError, typeof rest.mergeMarks]))`
    const { stdout } = await run(process.execPath, ['-e', program], { cwd: pathOf('../..'), env })
    expect(JSON.parse(stdout)).toEqual(['function', 'function', 'function'])
  })
})

describe('the bare runtime of this test', () => {
  test.each(['node:util', 'fs', 'jose', '@revoked/core', '/absolute.js'])('refuses to import %s', async (specifier) => {
    await expect(evaluateBareText(`import '${specifier}'`)).rejects.toThrow('which is not relative')
  })

  test.each(['process', 'Buffer', 'console', 'URL', 'TextEncoder', 'performance', 'structuredClone', 'queueMicrotask'])(
    'has no %s',
    async (name) => {
      expect(await evaluateBareText(`export const outcome = typeof ${name}`)).toHaveProperty('outcome', 'undefined')
    },
  )
})
