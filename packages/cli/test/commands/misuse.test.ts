import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli } from '../support/run-cli.ts'
import { tokenOf } from '../support/tokens.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'revoked-cli-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('wrong arguments exit with 2, and a token among them is not printed', async () => {
  const token = tokenOf({ sub: 'ada' })
  const runs = await Promise.all(
    [[], ['check', token], ['check', '--token', token], [token], ['doctor'], ['check', '--stoer', 'x']].map((args) =>
      runCli(args, { cwd: folder }),
    ),
  )
  expect(runs.map(({ exitCode }) => exitCode)).toEqual([2, 2, 2, 2, 2, 2])
  for (const { stdout, stderr } of runs) {
    expect(stdout).toBe('')
    expect(stderr).not.toContain(token.slice(0, 20))
  }
  expect(runs[2]?.stderr).toMatch(/revoke it, and do not pass it again/)
  expect(runs[4]?.stderr).toMatch(/Which store\?/)
  expect(runs[5]?.stderr).toMatch(/--store/)
})

test('options that contradict each other or the store exit with 2', async () => {
  await writeFile(join(folder, 'open.mjs'), "export default { store: 'redis://localhost' }\n")
  const runs = await Promise.all(
    [
      ['stats', '--store', 'redis://localhost', '--config', 'open.mjs'],
      ['stats', '--store', 'sqlite:app.db', '--prefix', 'shop'],
      ['stats', '--store', 'redis://localhost', '--schema', 'auth'],
      ['bulk', 'revoke', '--store', 'redis://localhost', '--as', 'jti', '--claim', 'tenant'],
    ].map((args) => runCli(args, { cwd: folder })),
  )
  expect(runs.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
    [2, expect.stringMatching(/Give --store or --config/)],
    [2, expect.stringMatching(/--prefix is for Redis/)],
    [2, expect.stringMatching(/--schema is for PostgreSQL/)],
    [2, expect.stringMatching(/cannot be used with option/)],
  ])
})

test('help teaches: the exit codes, where the store is, and examples of every command', async () => {
  const [all, one] = await Promise.all([runCli(['--help']), runCli(['help', 'revoke'])])
  expect(all).toMatchObject({ exitCode: 0, stderr: '' })
  for (const text of ['Exit codes:', 'REVOKED_STORE', 'Examples:', 'doctor']) expect(all.stdout).toContain(text)
  expect(one.stdout).toMatch(
    /The target, exactly one:[\s\S]*Options:[\s\S]*Options of the store:[\s\S]*Examples:\n {2}# log a user out/,
  )
})

test('a configuration that cannot be used exits with 2, and nothing of it is printed', async () => {
  await writeFile(join(folder, 'throws.mjs'), "throw new Error('redis://app:secret@host')\n")
  await writeFile(join(folder, 'unknown.mjs'), "export default { store: 'redis://localhost', maxAge: 1 }\n")
  const [throws, unknown] = await Promise.all(
    ['throws.mjs', 'unknown.mjs'].map((file) => runCli(['stats', '--config', file], { cwd: folder })),
  )
  expect(throws).toMatchObject({ exitCode: 2, stderr: expect.not.stringContaining('secret') })
  expect(unknown).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/not known: maxAge/) })
})
