import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Revocation } from '@revoked/core'
import { createSessions } from '@revoked/sessions'
import { eventually } from '@revoked/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type CliOptions, type CliProcess, type CliRun, endProcesses, runCli, startCli } from '../support/run-cli.ts'
import { type Place, places } from '../support/stores.ts'
import { applicationOver, claimsOf, tokenOf } from '../support/tokens.ts'

afterEach(endProcesses)

/** Issued before everything that the tests revoke, however long they take. */
const { iat, exp } = claimsOf('any')
const claims = (subject: string) => ({ ...claimsOf(subject), iat, exp })

for (const [name, open] of Object.entries(places)) {
  describe(`operating ${name}`, { timeout: 120_000 }, () => {
    let place: Place
    let revocation: Revocation
    let folder: string

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'revoked-cli-operate-'))
      place = await open()
      revocation = await applicationOver(place)
    }, 120_000)
    afterAll(async () => {
      await place.close()
      await rm(folder, { recursive: true })
    })

    const at = (options: CliOptions = {}): CliOptions => ({ cwd: place.cwd, env: place.env, ...options })
    const run = (args: readonly string[], options?: CliOptions): Promise<CliRun> => runCli(args, at(options))
    const start = (args: readonly string[]): CliProcess => startCli(args, at())

    test('why lists every mark that applies, and exits with 3 if one revokes', async () => {
      await revocation.revoke({ subject: 'ada' }, { reason: 'password_changed' })
      await revocation.revoke({ session: 'sid-of-ada' }, { reason: 'device_lost' })
      const { exitCode, stdout } = await run(['why', '--token', '-'], { stdin: tokenOf(claims('ada')) })
      expect(exitCode).toBe(3)
      expect(stdout.split('\n').filter((line) => line.startsWith('revokes'))).toHaveLength(2)
      expect(stdout).toMatch(/revokes sub: reason password_changed, tokens issued until 20\S+, kept until 20/)
      expect(stdout).toMatch(/revokes sid: reason device_lost, all tokens/)
      const json = await run(['why', '--subject', 'ada', '--json'])
      expect(JSON.parse(json.stdout)).toMatchObject({ revoked: true, marks: [{ scope: 'sub', revokes: true }] })
      expect(await run(['why', '--subject', 'eve'])).toEqual({
        exitCode: 0,
        stdout: 'not revoked: no mark applies\n',
        stderr: '',
      })
    })

    test('sessions list shows who is logged in where, and sessions close logs them out', async () => {
      const sessions = createSessions({ store: place.sessions, revocation, idleTimeout: '1h', absoluteLifetime: '1h' })
      for (const id of ['phone', 'laptop', 'tablet'])
        await sessions.open({ subject: 'bob', id, device: { name: `the ${id}` } })
      const listed = await run(['sessions', 'list', '--subject', 'bob'])
      expect(listed).toMatchObject({ exitCode: 0, stderr: '' })
      expect(listed.stdout).toMatch(/phone {2}used 20/)
      expect(listed.stdout).toContain('{"name":"the laptop"}')
      const closed = await run([
        'sessions',
        'close',
        '--subject',
        'bob',
        '--session',
        'phone',
        '--reason',
        'device_lost',
      ])
      expect(closed).toEqual({ exitCode: 0, stdout: 'closed 1 session\n', stderr: '' })
      expect(await revocation.check({ ...claims('bob'), sid: 'phone' })).toMatchObject({
        status: 'revoked',
        reason: 'device_lost',
      })
      expect(await revocation.check({ ...claims('bob'), sid: 'laptop' })).toMatchObject({ status: 'active' })
      expect(
        JSON.parse((await run(['sessions', 'close', '--subject', 'bob', '--all', '--yes', '--json'])).stdout),
      ).toEqual({ closed: 2 })
      expect(await run(['sessions', 'list', '--subject', 'bob'])).toMatchObject({
        stdout: 'No session of the user is open.\n',
      })
      expect((await run(['sessions', 'close', '--subject', 'bob'])).exitCode).toBe(2)
    })

    test('bulk revoke that is killed goes on where it ended', async () => {
      const file = join(folder, 'users.txt')
      const users = Array.from({ length: 1_000 }, (_, index) => `user-${index}`)
      writeFileSync(file, `${users.join('\n')}\n\n{"session": "s-1", "reason": "own"}\n`)
      const args = ['bulk', 'revoke', '--file', file, '--reason', 'leaked']
      expect(await run([...args, '--dry-run'])).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching(/^would revoke 1,001 targets: 1,001 marks would change\n/),
      })
      expect(await revocation.check(claims('user-0'))).toMatchObject({ status: 'active' })
      const killed = start([...args, '--pace', '300'])
      const saved = (): { done: number; startedAt: number } => {
        try {
          return JSON.parse(readFileSync(`${file}.progress`, 'utf8'))
        } catch {
          return { done: 0, startedAt: 0 }
        }
      }
      await eventually(() => saved().done > 100, 'progress', 30_000)
      killed.child.kill('SIGKILL')
      await killed.ended
      expect(await revocation.check(claims('user-0'))).toMatchObject({ status: 'revoked', reason: 'leaked' })
      expect(await revocation.check(claims('user-999'))).toMatchObject({ status: 'active' })
      const { startedAt } = saved()
      const again = await run([...args, '--json'])
      expect(again).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^going on after \d+/) })
      expect(JSON.parse(again.stdout)).toMatchObject({ targets: 1_001 })
      for (const user of users.filter((_, index) => index % 100 === 99)) {
        expect(await revocation.check(claims(user))).toMatchObject({ status: 'revoked', reason: 'leaked' })
        // Who logged in after the start of the first run stays logged in.
        const since = Math.floor(startedAt / 1_000) + 1
        expect(await revocation.check({ ...claims(user), iat: since, exp: since + 60 })).toMatchObject({
          status: 'active',
        })
      }
      expect(await revocation.check({ ...claims('x'), sid: 's-1' })).toMatchObject({ status: 'revoked', reason: 'own' })
    })

    test('bulk revoke reads all lines before it revokes, and names wrong ones without quoting', async () => {
      const stdin = 'never-1\n{"subject": 5}\n{"sub": "secret"}\n'
      const { exitCode, stderr } = await run(['bulk', 'revoke'], { stdin })
      expect(exitCode).toBe(2)
      expect(stderr).toMatch(/2 lines are wrong \(2, 3\).*Nothing was revoked/)
      expect(stderr).not.toMatch(/secret/)
      expect(await revocation.check(claims('never-1'))).toMatchObject({ status: 'active' })
      const values = await run(['bulk', 'revoke', '--claim', 'client_id'], { stdin: 'app-1\napp-2' })
      expect(values).toMatchObject({ exitCode: 0, stdout: 'revoked 2 targets\n' })
      expect(await revocation.check({ ...claims('y'), client_id: 'app-2' } as object)).toMatchObject({
        status: 'revoked',
      })
    })

    test('watch prints changes as they come, and ends after so many', async () => {
      const watching = start(['watch', '--json', '--scope', 'sub', '--count', '2'])
      await eventually(() => watching.stderr().includes('watching for changes'), 'watching', 30_000)
      await revocation.revoke({ session: 'not-of-this-scope' })
      await revocation.revoke({ subject: 'carl' }, { reason: 'seen' })
      await revocation.reinstate({ subject: 'carl' })
      const { exitCode, stdout } = await watching.ended
      expect(exitCode).toBe(0)
      expect(
        stdout
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line)),
      ).toMatchObject([
        { action: 'revoke', scope: 'sub', value: 'carl', reason: 'seen' },
        { action: 'reinstate', scope: 'sub', value: 'carl' },
      ])
    })

    test('watch is one of the subscribers that top counts, and ends with 130 by Ctrl-C', async () => {
      await revocation.revoke({ subject: 'dora' })
      const watching = start(['watch'])
      await eventually(() => watching.stderr().includes('watching for changes'), 'watching', 30_000)
      const { exitCode, stdout } = await run(['top', '--once', '--json'])
      expect(exitCode).toBe(0)
      const screen = JSON.parse(stdout)
      expect(screen.byScope.sub).toBeGreaterThan(0)
      if (place.kind === 'sqlite') expect(screen.subscribers).toBeUndefined()
      else expect(screen.subscribers).toBeGreaterThan(0)
      watching.child.kill('SIGINT')
      expect(await watching.ended).toMatchObject({ exitCode: 130, stdout: '' })
    })

    test('top shows revocations by target as they come', async () => {
      const screen = start(['top'])
      await eventually(() => screen.stdout().includes('Change log'), 'a screen', 30_000)
      expect(screen.stdout()).toMatch(/live marks.*\n +marks +last minute +since start {2}target/)
      await revocation.revoke([{ jti: 'top-1' }, { jti: 'top-2' }])
      await eventually(() => / 2 +2 {2}jti \(tokens\)/.test(screen.stdout()), 'the change', 30_000)
      screen.child.kill('SIGTERM')
      expect((await screen.ended).exitCode).toBe(130)
    })
  })
}
