import { createSessions } from '@revoked/sessions'
import { eventually } from '@revoked/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { describeCommands } from '../../src/completion/describe-commands.ts'
import { createProgram } from '../../src/program.ts'
import { type CliRun, endProcesses, runCli, startCli } from '../support/run-cli.ts'
import { type Place, places } from '../support/stores.ts'
import { applicationOver, claimsOf, tokenOf } from '../support/tokens.ts'

afterEach(endProcesses)

/** A run of a command that is expected to work. */
interface Case {
  readonly args: readonly string[]
  readonly stdin?: string
  readonly exitCode?: number
  /** Commands that print as many values as there are marks or changes. */
  readonly isStream?: boolean
}

const user = ['--subject', 'ada']

/** One run of every command over a store, in an order in which each works. */
const cases: Readonly<Record<string, Case>> = {
  doctor: { args: [] },
  revoke: { args: user },
  check: { args: user, exitCode: 3 },
  why: { args: user, exitCode: 3 },
  reinstate: { args: user },
  'sessions list': { args: user },
  'sessions close': { args: [...user, '--all', '--yes'] },
  'bulk revoke': { args: [], stdin: 'bulk-1\nbulk-2\n' },
  stats: { args: [] },
  top: { args: ['--once'] },
  watch: { args: ['--for', '1s'], isStream: true },
  export: { args: [], isStream: true },
  import: { args: [] },
}

const lineOf = (name: string, args: readonly string[]): readonly string[] => [...name.split(' '), ...args]

test('every command is among the cases, apart from the one that asks no store', () => {
  const commands = describeCommands(createProgram()).filter(({ subcommands }) => subcommands.length === 0)
  expect(commands.map(({ path }) => path).sort()).toEqual([...Object.keys(cases), 'completion'].sort())
})

/** Returns what a command writes to stdin of an import: an export of the same store. */
async function stdinOf(name: string, { stdin }: Case, place: Place): Promise<string> {
  if (name !== 'import') return stdin ?? ''
  return (await runCli(['export'], { cwd: place.cwd, env: place.env })).stdout
}

async function openUsed(open: () => Promise<Place>): Promise<Place> {
  const place = await open()
  const revocation = await applicationOver(place)
  await revocation.revoke({ session: 'kept' }, { reason: 'kept' })
  const sessions = createSessions({ store: place.sessions, revocation, idleTimeout: '1h', absoluteLifetime: '1h' })
  await sessions.open({ subject: 'ada', id: 'phone' })
  return place
}

function expectUnavailable({ exitCode, stdout, stderr }: CliRun, name: string, place: Place): void {
  expect({ name, exitCode, stderr }).toMatchObject({ exitCode: 4 })
  if (name === 'doctor') expect(stdout).toMatch(/error {2}.*\n.*→ /)
  else expect(stderr).toMatch(/^error: .*[\s\S]*Run `revoked doctor`/)
  expect(stdout + stderr).not.toContain(new URL(place.address).pathname.slice(1) || 'ada')
  expect(stdout + stderr).not.toMatch(/\bada\b|127\.0\.0\.1/)
  // A warning of Node, or the trace of an error that nobody has caught.
  expect(stderr).not.toMatch(/\(node:|^\s+at /m)
}

for (const [store, open] of Object.entries(places)) {
  describe(`each command over ${store}`, { timeout: 60_000 }, () => {
    let place: Place
    beforeAll(async () => {
      place = await openUsed(open)
    }, 120_000)
    afterAll(() => place.close())

    for (const [name, one] of Object.entries(cases)) {
      const { args, exitCode = 0, isStream = false } = one
      test(`${name} works, says nothing else on stderr, and prints JSON`, async () => {
        const at = { cwd: place.cwd, env: place.env, stdin: await stdinOf(name, one, place) }
        const text = await runCli(lineOf(name, args), at)
        expect({ exitCode: text.exitCode, stderr: text.stderr }).toEqual({
          exitCode,
          stderr:
            name === 'export'
              ? expect.stringMatching(/^exported \d+ marks?\n$/)
              : name === 'watch'
                ? 'watching for changes\n'
                : '',
        })
        const { stdout } = await runCli(lineOf(name, [...args, '--json']), at)
        const lines = stdout.split('\n').slice(0, -1)
        if (!isStream) expect(lines).toHaveLength(1)
        for (const line of lines) expect(JSON.parse(line)).toBeTypeOf('object')
      })
    }
  })

  describe(`each command over ${store} that fails`, { timeout: 60_000 }, () => {
    let place: Place
    beforeAll(async () => {
      place = await openUsed(open)
      await place.break()
    }, 120_000)
    afterAll(() => place.close())

    for (const [name, { args }] of Object.entries(cases)) {
      test(`${name} exits with 4 and says what to do`, async () => {
        expectUnavailable(await runCli(lineOf(name, args), { cwd: place.cwd, env: place.env }), name, place)
      })
    }
  })

  if (store === 'sqlite') continue
  describe(`each command over ${store} that hangs`, { timeout: 120_000 }, () => {
    let place: Place
    beforeAll(async () => {
      place = await openUsed(open)
      place.freeze?.()
    }, 120_000)
    afterAll(() => place.close())

    const names = Object.keys(cases)
    for (const some of [names.slice(0, 5), names.slice(5, 9), names.slice(9)]) {
      test(`${some.join(', ')} exit with 4 and say what to do, in half a minute`, async () => {
        const startedAt = performance.now()
        const run = async (name: string): Promise<void> => {
          const { args = [] } = cases[name] ?? {}
          expectUnavailable(await runCli(lineOf(name, args), { cwd: place.cwd, env: place.env }), name, place)
        }
        await Promise.all(some.map(run))
        expect(performance.now() - startedAt).toBeLessThan(45_000)
      })
    }
  })

  describe(`commands over ${store} that hangs in their middle`, { timeout: 120_000 }, () => {
    let place: Place
    beforeAll(async () => {
      place = await openUsed(open)
    }, 120_000)
    afterAll(() => place.close())

    test('bulk revoke and a check exit with 4, and watch says that it follows no more', async () => {
      const at = { cwd: place.cwd, env: place.env }
      const list = Array.from({ length: 5_000 }, (_, index) => `user-${index}`).join('\n')
      const bulk = startCli(['bulk', 'revoke', '--pace', '500', '--timeout', '1s'], { ...at, stdin: list })
      const watching = startCli(['watch'], at)
      await eventually(() => watching.stdout().includes('user-100'), 'revocations are watched', 30_000)
      place.freeze?.()
      await eventually(() => watching.stderr().includes('not following'), 'the outage is seen', 30_000)
      const { exitCode, stderr } = await bulk.ended
      expect(exitCode).toBe(4)
      expect(stderr).toMatch(/^[\d,]+ of 5,000 targets are revoked\.\nerror: .*[\s\S]*Run `revoked doctor`/)
      watching.child.kill('SIGTERM')
      expect((await watching.ended).exitCode).toBe(130)
      const checked = await runCli(['check', '--token', '-'], { ...at, stdin: tokenOf(claimsOf('user-1')) })
      expectUnavailable(checked, 'check', place)
    })
  })
}
