import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { installApart } from '@revoked/testing'
import { beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))

let modules = ''
beforeAll(async () => {
  modules = join(await installApart(fileURLToPath(new URL('binaries', import.meta.url))), 'node_modules')
}, 300_000)

// `npm test` runs them over better-sqlite3 if it runs on Node 20.
test.each(['node-22', 'node-24', 'node-26'])(
  'store-sqlite passes its tests over node:sqlite of %s',
  {
    timeout: 300_000,
  },
  async (version) => {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const env = {
      ...process.env,
      REVOKED_TESTS: 'main',
      REVOKED_SQLITE_DRIVERS: undefined,
      NO_COLOR: '1',
      VITEST: undefined,
    }
    const { stdout } = await promisify(execFile)(
      join(modules, version, 'bin/node'),
      [vitest, 'run', '--project', 'store-sqlite'],
      { cwd: root, env, maxBuffer: 16 * 1024 * 1024 },
    )
    expect(stdout).toContain('SQLite: node:sqlite\n')
    expect(stdout).toMatch(/Tests {2}2\d\d passed \(2\d\d\)/)
  },
)
