import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Runs the command in a copy of the files that it needs for that, where nothing is installed. */
function bench(...args: string[]): { status: number | null; stdout: string; stderr: string; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'revoked-bench-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const path of [
    'benchmarks/bench.mjs',
    'benchmarks/src/measure',
    'benchmarks/src/results',
    'benchmarks/results',
    'scripts/install-apart.mjs',
  ]) {
    cpSync(join(root, path), join(folder, path), { recursive: true })
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, ['benchmarks/bench.mjs', ...args], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { status, stdout, stderr, folder }
}

test('--help prints the options, the benchmarks and where the results are', () => {
  const { status, stdout, folder } = bench('--help')
  expect(status).toBe(0)
  expect(stdout).toContain('--rounds=3')
  expect(stdout).toContain('event-loop')
  expect(stdout).toContain('benchmarks/results/results.json')
  expect(existsSync(join(folder, 'node_modules'))).toBe(false)
})

test.each([
  ['--nope', "Unknown option '--nope'"],
  ['--rounds=0', 'rounds must be a whole number'],
])('refuses %s before anything is installed, and prints the options', (option, message) => {
  const { status, stderr } = bench(option)
  expect(status).toBe(1)
  expect(stderr).toContain(message)
  expect(stderr).toContain('--only=')
})
