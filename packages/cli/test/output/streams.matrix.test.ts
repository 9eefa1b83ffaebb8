import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeyedMark } from '@revoked/core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { bin, type CliRun, endProcesses, environment, runCli } from '../support/run-cli.ts'
import { type Place, places } from '../support/stores.ts'
import { applicationOver } from '../support/tokens.ts'

let place: Place
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'revoked-streams-'))
  place = await places.sqlite()
  const revocation = await applicationOver(place)
  await revocation.revoke({ subject: 'ada' }, { reason: 'known' })
  const expiresAt = Date.now() + 3_000_000
  for (let from = 0; from < 20_000; from += 1_000) {
    const ids = Array.from({ length: 1_000 }, (_, index) => `id-${from + index}`)
    await place.store.record(
      ids.map((value): KeyedMark => ({ key: { scope: 'jti', value }, mark: { cutoff: Infinity, expiresAt } })),
    )
  }
}, 120_000)
afterAll(async () => {
  await place.close()
  rmSync(folder, { recursive: true })
})
afterEach(endProcesses)

const options = { timeout: 60_000 }

/** Runs a line of bash, in which `revoked` is the command. Its exit code is that of `revoked`. */
function shell(line: string): Promise<CliRun> {
  const script = `revoked() { "${process.execPath}" "${bin}" "$@"; }\n${line}; exit "\${code:-\${PIPESTATUS[0]}}"`
  const child = spawn('bash', ['--norc', '-c', script], { cwd: place.cwd, env: environment(place.env) })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  return new Promise((resolve) => child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr })))
}

test('a reader that ends early does not change what a check answers', options, async () => {
  for (const reader of ['true', 'head -c 0', 'head -1'])
    expect(await shell(`revoked check --subject ada | ${reader}`)).toMatchObject({ exitCode: 3, stderr: '' })
  expect(await shell('revoked stats | head -1')).toMatchObject({ exitCode: 0, stderr: '' })
})

test('an export whose reader ends early is no export', options, async () => {
  const { exitCode, stdout, stderr } = await shell('revoked export | head -1')
  expect(exitCode).toBe(1)
  expect(stdout.split('\n')).toHaveLength(2)
  expect(stderr).toBe('error: What reads the output has ended before it had all marks.\n')
})

test('watch and top end with their reader', options, async () => {
  expect(await shell('revoked top | head -1')).toMatchObject({ exitCode: 0, stderr: '' })
})

test('a run whose notes nobody reads goes on', options, async () => {
  const users = Array.from({ length: 300 }, (_, index) => `user-${index}`).join('\n')
  writeFileSync(join(folder, 'users.txt'), users)
  const line = `revoked bulk revoke --file "${folder}/users.txt" --pace 400 2> >(true)`
  expect(await shell(`${line}; code=$?`)).toMatchObject({ exitCode: 0, stdout: 'revoked 300 targets\n' })
})

test('a full disk is a failure', options, async () => {
  for (const command of ['stats', 'export', 'check --subject eve'])
    expect(await shell(`revoked ${command} > /dev/full`)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^error: .*ENOSPC/),
    })
  const file = await shell('revoked export --output /dev/full')
  expect(file).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/^error: --output must be a file/) })
})

test('devices and pipes are neither replaced nor given files beside them', options, async () => {
  const { rdev } = statSync('/dev/null')
  expect(await shell('revoked export --output /dev/null')).toMatchObject({ exitCode: 2 })
  const list = 'echo eve | revoked bulk revoke --progress /dev/null; code=$?'
  expect(await shell(list)).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/--progress must be a file/) })
  expect(statSync('/dev/null').rdev).toBe(rdev)
  expect(await shell('revoked export --output -')).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^{/) })
  expect(await shell('revoked bulk revoke --file <(echo fred); code=$?')).toMatchObject({ exitCode: 0, stderr: '' })
  const whole = join(folder, 'whole.ndjson')
  await shell(`revoked export --output ${whole}`)
  expect(await shell(`revoked import --file <(cat ${whole}); code=$?`)).toMatchObject({ exitCode: 0, stderr: '' })
  expect(existsSync('/dev/fd/63.progress')).toBe(false)
})

test('a file of an export replaces one that others may read by one that they may not', options, async () => {
  const file = join(folder, 'open.ndjson')
  writeFileSync(`${file}.part`, 'of an earlier run', { mode: 0o644 })
  writeFileSync(file, 'an earlier export', { mode: 0o644 })
  expect(await shell(`revoked export --output ${file}`)).toMatchObject({ exitCode: 0 })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readFileSync(file, 'utf8')).toMatch(/^{"format"/)
})

test('an input that never ends is refused, and what is no text is too', options, async () => {
  expect(await shell('revoked check --token /dev/zero')).toMatchObject({
    exitCode: 2,
    stderr: 'error: The input of --token is too large: more than 500 kB.\n',
  })
  expect(await shell('head -c 100 /dev/urandom | revoked check --token -; code=$?')).toMatchObject({ exitCode: 2 })
  expect(await shell(`revoked check --token "${folder}"`)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/cannot be read: EISDIR/),
  })
})

test('exports that were joined are refused', options, async () => {
  const { stdout } = await runCli(['export'], { cwd: place.cwd, env: place.env })
  const joined = await runCli(['import'], { cwd: place.cwd, env: place.env, stdin: stdout + stdout })
  expect(joined).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/lines after its last one/) })
})

test('Node says nothing of its own', options, async () => {
  expect(await shell('revoked check --subject eve')).toMatchObject({ exitCode: 0, stderr: '' })
})
