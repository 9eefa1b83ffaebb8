import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSessions } from '@revoked/sessions'
import { eventually } from '@revoked/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { doneIn } from '../support/progress.ts'
import { type CliRun, endProcesses, runCli, startCli } from '../support/run-cli.ts'
import { type Place, places } from '../support/stores.ts'
import { applicationOver, claimsOf } from '../support/tokens.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'revoked-bulk-'))
})
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(endProcesses)

const run = (place: Place, args: readonly string[], stdin = ''): Promise<CliRun> =>
  runCli(['bulk', 'revoke', ...args], { cwd: place.cwd, env: place.env, stdin })

/** All live marks, in an order that does not depend on the store. */
async function marksOf({ store }: Place): Promise<readonly string[]> {
  const found: string[] = []
  for (let log = 0; log < store.logs; log++)
    for await (const marks of store.scan(log)) found.push(...marks.map((mark) => JSON.stringify(mark)))
  return found.sort()
}

for (const [store, open] of Object.entries(places)) {
  describe(`a dry run over ${store}`, { timeout: 60_000 }, () => {
    let place: Place
    beforeAll(async () => {
      place = await open()
      const revocation = await applicationOver(place)
      await revocation.revoke({ subject: 'ada' }, { issuedBefore: Date.now() + 30_000 })
      await revocation.revoke({ session: 's-1' })
      const sessions = createSessions({ store: place.sessions, idleTimeout: '1h', absoluteLifetime: '1h' })
      for (const [subject, id] of [
        ['bob', 'phone'],
        ['bob', 'laptop'],
        ['carl', 'tablet'],
        ['dora', 'not listed'],
      ] as const)
        await sessions.open({ subject, id })
    }, 120_000)
    afterAll(() => place.close())

    const list = 'ada\nbob\nbob\ncarl\neve\n{"session": "s-1"}\n{"jti": "j-1"}\n'

    test('says how many marks would change, and who is logged in, and writes nothing', async () => {
      const before = await marksOf(place)
      expect(await run(place, ['--dry-run'], list)).toEqual({
        exitCode: 0,
        stdout:
          'would revoke 7 targets: 4 marks would change\nlogged in now, by the list of sessions: 2 users with 3 sessions\n',
        stderr: '',
      })
      const { stdout } = await run(place, ['--dry-run', '--json'], list)
      expect(JSON.parse(stdout)).toEqual({ dryRun: true, targets: 7, wouldChange: 4, people: 2, devices: 3 })
      expect(await marksOf(place)).toEqual(before)
      expect(await place.sessions.list('bob')).toHaveLength(2)
    })

    test('foretells what the run then says', async () => {
      expect(JSON.parse((await run(place, ['--json'], list)).stdout)).toEqual({ targets: 7, revoked: 4, already: 3 })
      expect((await run(place, ['--dry-run'], list)).stdout).toMatch(/: \d marks? would change\n/)
    })
  })

  test(`lines that cannot be revoked are named before any is, over ${store}`, { timeout: 120_000 }, async () => {
    const place = await open()
    try {
      await applicationOver(place)
      const good = Array.from({ length: 2_500 }, (_, index) => `good-${index}\n`).join('')
      const wrong = [
        `${'x'.repeat(2_000)}\n`,
        '{"subject": ""}\n',
        '{"claim": "tenant", "value": "t-1"}\n',
        `{"subject": "a", "reason": "${'r'.repeat(65)}"}\n`,
      ]
      for (const args of [[], ['--dry-run']]) {
        const { exitCode, stdout, stderr } = await run(place, args, `${good}${wrong.join('')}after\n`)
        expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
        expect(stderr).toMatch(/^error: 4 lines are wrong \(2501, 2502, 2503, 2504\): .*Nothing was revoked\.\n$/)
        expect(stderr).not.toMatch(/xxx|t-1|rrr/)
      }
      const ofAll = await run(place, ['--reason', 'r'.repeat(65)], good)
      expect(ofAll).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/^error: reason must be/) })
      const latin = Buffer.from('caf\xe9\n', 'latin1')
      writeFileSync(join(folder, 'latin.txt'), latin)
      const encoded = await run(place, ['--file', join(folder, 'latin.txt')])
      expect(encoded).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/not UTF-8/) })
      expect(await marksOf(place)).toEqual([])
    } finally {
      await place.close()
    }
  })
}

test('a run that was interrupted begins anew on another store', { timeout: 120_000 }, async () => {
  const [staging, production] = [await places.redis(), await places.redis()]
  try {
    const application = await applicationOver(production)
    await applicationOver(staging)
    const file = join(folder, 'two-stores.txt')
    const users = Array.from({ length: 500 }, (_, index) => `user-${index}`)
    writeFileSync(file, users.join('\n'))
    const args = ['bulk', 'revoke', '--file', file]
    const interrupted = startCli([...args, '--pace', '100'], { cwd: staging.cwd, env: staging.env })
    await eventually(() => doneIn(`${file}.progress`) > 0, 'progress', 30_000)
    interrupted.child.kill('SIGINT')
    expect(await interrupted.ended).toMatchObject({
      exitCode: 130,
      stderr: expect.stringMatching(/^\d+ of 500 targets are revoked\. Run the same command again to go on\.\n/),
    })
    const { exitCode, stderr } = await run(production, ['--file', file])
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: 'an earlier run was over another input or store: starting again\n',
    })
    expect(await application.check(claimsOf('user-0'))).toMatchObject({ status: 'revoked' })
  } finally {
    await Promise.all([staging.close(), production.close()])
  }
})
