import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Revocation } from '@revoked/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CliOptions, type CliRun, runCli } from '../support/run-cli.ts'
import { type Place, places } from '../support/stores.ts'
import { applicationOver, claimsOf, tokenOf } from '../support/tokens.ts'

const withClient: ReturnType<typeof claimsOf> = Object.assign(claimsOf('finn'), { client_id: 'app-1' })

for (const [name, open] of Object.entries(places)) {
  describe(`the commands over ${name}`, { timeout: 60_000 }, () => {
    let place: Place
    let revocation: Revocation
    let folder: string

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'revoked-cli-tokens-'))
      place = await open()
      revocation = await applicationOver(place)
    }, 120_000)
    afterAll(async () => {
      await place.close()
      await rm(folder, { recursive: true })
    })

    const run = (args: readonly string[], options: CliOptions = {}): Promise<CliRun> =>
      runCli(args, { cwd: place.cwd, env: place.env, ...options })

    test('doctor finds no error, and prints findings for programs', async () => {
      const { exitCode, stdout, stderr } = await run(['doctor', '--json'])
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
      const { healthy, findings } = JSON.parse(stdout)
      expect(healthy).toBe(true)
      for (const finding of findings) expect(finding).toHaveProperty('remedy')
    })

    test('doctor names an option that differs from those of the services', async () => {
      const { exitCode, stdout } = await run(['doctor', '--hash-ids'])
      expect(exitCode).toBe(1)
      expect(stdout).toMatch(/options-differ: The option hashIds is true here and false/)
    })

    test('check exits with 0 for a token that is active, and 3 for one that is revoked', async () => {
      const claims = claimsOf('ada')
      const active = await run(['check', '--token', '-'], { stdin: tokenOf(claims) })
      expect(active).toEqual({ exitCode: 0, stdout: 'active: no mark of the store revokes it\n', stderr: '' })
      await revocation.revoke({ subject: 'ada' }, { reason: 'password_changed' })
      const file = join(folder, 'ada.txt')
      writeFileSync(file, tokenOf(claims))
      const revoked = await run(['check', '--token', file])
      expect(revoked).toEqual({ exitCode: 3, stdout: 'revoked by sub, reason password_changed\n', stderr: '' })
      const json = await run(['check', '--token', '-', '--json'], { stdin: JSON.stringify(claims) })
      expect(JSON.parse(json.stdout)).toEqual({ status: 'revoked', by: 'sub', reason: 'password_changed' })
    })

    test('check takes a subject in place of a token', async () => {
      await revocation.revoke({ subject: 'bob' })
      expect(await run(['check', '--subject', 'bob'])).toMatchObject({ exitCode: 3 })
      expect(await run(['check', '--subject', 'eve'])).toMatchObject({ exitCode: 0 })
    })

    test('revoke reaches the checks of the application, and reinstate takes it back', async () => {
      for (const [target, claims] of [
        [['--subject', 'carl'], claimsOf('carl')],
        [['--session', 'sid-of-dora'], claimsOf('dora')],
        [['--jti', 'jti-of-emil'], claimsOf('emil')],
        [['--claim', 'client_id=app-1'], withClient],
      ] as const) {
        const revoked = await run(['revoke', ...target, '--reason', 'test', '--json'])
        expect({ ...revoked, stdout: '' }).toEqual({ exitCode: 0, stdout: '', stderr: '' })
        expect(JSON.parse(revoked.stdout)).toMatchObject({ changed: true })
        expect(await revocation.check(claims)).toMatchObject({ status: 'revoked', reason: 'test' })
        expect(await run(['reinstate', ...target])).toMatchObject({ exitCode: 0, stderr: '' })
        expect(await revocation.check(claims)).toMatchObject({ status: 'active' })
      }
    })

    test('revoke takes the token itself from a file, and says if it was revoked already', async () => {
      const claims = claimsOf('gina')
      const stdin = tokenOf(claims)
      expect((await run(['revoke', '--token', '-'], { stdin })).stdout).toMatch(/^revoked until 20/)
      expect((await run(['revoke', '--token', '-'], { stdin })).stdout).toMatch(/revoked already/)
      expect(await revocation.check(claims)).toMatchObject({ status: 'revoked', by: 'jti' })
      expect(await revocation.check({ ...claims, jti: 'another' })).toMatchObject({ status: 'active' })
    })

    test('revoke of everything needs a confirmation, or --yes', async () => {
      const refused = await run(['revoke', '--everything'])
      expect(refused.exitCode).toBe(2)
      expect(refused.stderr).toMatch(/give --yes in a script/)
      expect(await revocation.check(claimsOf('hans'))).toMatchObject({ status: 'active' })
      expect(await run(['revoke', '--everything', '--yes'])).toMatchObject({ exitCode: 0 })
      expect(await revocation.check(claimsOf('hans'))).toMatchObject({ status: 'revoked', by: 'all' })
      expect(await run(['reinstate', '--everything', '--yes'])).toMatchObject({ exitCode: 0 })
    })

    test('stats counts marks by scope and reason', async () => {
      await revocation.revoke({ session: 'one' }, { reason: 'counted' })
      const { stdout, exitCode } = await run(['stats', '--json'])
      expect(exitCode).toBe(0)
      const stats = JSON.parse(stdout)
      expect(stats.byScope.sid).toBe(1)
      expect(stats.byReason.counted).toBe(1)
      expect(stats.settings).toMatchObject({ maxTokenLifetime: 3_600_000, claims: ['client_id'], hashIds: false })
      expect((await run(['stats'])).stdout).toMatch(/live marks.*\n.*(sub|sid|jti)/)
    })

    test('an option that differs from those of the services is refused by its name', async () => {
      const { exitCode, stderr } = await run(['check', '--subject', 'ada', '--hash-ids'])
      expect(exitCode).toBe(2)
      expect(stderr).toMatch(/The option hashIds is true here and false/)
    })
  })
}
