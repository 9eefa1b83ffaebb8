import type { KeyedMark } from '@revoked/core'
import { createSessions } from '@revoked/sessions'
import { eventually } from '@revoked/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { endProcesses, runCli, startCli } from '../support/run-cli.ts'
import { type Place, places } from '../support/stores.ts'
import { startOnTerminal } from '../support/terminal.ts'
import { applicationOver, claimsOf, tokenOf } from '../support/tokens.ts'

/** What a hostile reason, id or claim begins with. `~` follows, by which a test finds it again. */
const hostile = [
  '\u001b[31m',
  '\u001b[2J\u001b[H',
  '\u001b]0;title\u0007',
  '\u001b]8;;http://evil.example\u0007',
  '\u009b31m',
  '\u0090q\u009c',
  '\r',
  '\nrevoked by sub, reason forged',
  '\u2028',
  '\t\v\f\b',
  '\u007f',
  '\u202e',
  '\u2066',
  '\u200f',
  '\u061c',
] as const

const expiresAt = Date.now() + 3_000_000

/** The codes of our styles, and those by which `top` and progress bars draw. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ours = /\r\u001b\[K|\u001b\[(?:1|2|22|31|32|33|39)m|\u001b\[\?(?:1049|25|7)[hl]|\u001b\[[HKJ]/g

/** Returns what is on a screen apart from our codes, and line ends of a terminal. */
function foreign(screen: string): string {
  return screen.replace(ours, '').replaceAll('\r\n', '\n')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unsafe = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/

for (const [store, open] of Object.entries(places)) {
  describe(`hostile text in ${store}`, { timeout: 240_000 }, () => {
    let place: Place
    const texts = hostile.map((text, index) => `${text}~${index}`)
    beforeAll(async () => {
      place = await open()
      const revocation = await applicationOver(place)
      await place.store.record(
        texts.flatMap((text): readonly KeyedMark[] => [
          { key: { scope: 'sub', value: text }, mark: { cutoff: Infinity, expiresAt, reason: text } },
          { key: { scope: text, value: text }, mark: { cutoff: Infinity, expiresAt, reason: text } },
        ]),
      )
      const sessions = createSessions({ store: place.sessions, idleTimeout: '1h', absoluteLifetime: '1h' })
      for (const text of texts) await sessions.open({ subject: 'ada', id: text, device: { name: text } })
      await revocation.revoke({ session: 'plain' })
    }, 120_000)
    afterAll(() => place.close())
    afterEach(endProcesses)

    const at = () => ({ cwd: place.cwd, env: place.env })
    const token = (text: string): string => tokenOf({ ...claimsOf(text), jti: 'j', sid: 's' })

    test('reaches a terminal in no command, with colours or without', async () => {
      const [text = ''] = texts
      const commands = [
        ['stats'],
        ['stats', '--json'],
        ['top', '--once'],
        ['top', '--once', '--json'],
        ['why', '--subject', text],
        ['check', '--subject', text],
        ['sessions', 'list', '--subject', 'ada'],
        ['sessions', 'list', '--subject', 'ada', '--json'],
        ['export'],
        ['doctor', '--claim-names', text],
        ['revoke', '--claim', `${text}=x`],
        ['check', text],
        ['sessions', 'close', '--subject', text, '--session', text],
      ]
      for (const args of commands) {
        const terminal = startOnTerminal(args, at())
        await terminal.ended
        const screen = terminal.output()
        expect(screen.length).toBeGreaterThan(20)
        expect({ args, screen: foreign(screen) }).toEqual({ args, screen: expect.not.stringMatching(unsafe) })
        const { stdout, stderr } = await runCli(args, at())
        expect({ args, text: stdout + stderr }).toEqual({ args, text: expect.not.stringMatching(unsafe) })
      }
    })

    test('is in every answer of check and why on one line, without its colours', async () => {
      for (const [index, text] of texts.entries()) {
        const [one, other] = index % 2 === 0 ? ['check', 'why'] : ['why', 'check']
        const { exitCode, stdout } = await runCli([one, '--token', '-'], { ...at(), stdin: token(text) })
        expect(exitCode).toBe(3)
        expect(stdout.split('\n')).toHaveLength(2)
        expect(stdout).toMatch(/~\d+/)
        expect(stdout.trimEnd()).not.toMatch(unsafe)
        const json = await runCli([other, '--token', '-', '--json'], { ...at(), stdin: token(text) })
        expect(JSON.stringify(JSON.parse(json.stdout))).toContain(JSON.stringify(text).slice(1, -1))
        expect(json.stdout.trimEnd()).not.toMatch(unsafe)
      }
    })

    test('does not reach a terminal through watch and a live top', async () => {
      const watching = startCli(['watch'], at())
      const values = startCli(['watch', '--json'], at())
      const top = startOnTerminal(['top'], at())
      await eventually(() => watching.stderr().includes('watching'), 'it watches', 30_000)
      await eventually(() => values.stderr().includes('watching'), 'it watches', 30_000)
      const changesOf = (screen: string): number => Number(/.*\s(\d+) {2}changes so far/s.exec(screen)?.[1])
      const before = await eventually(() => changesOf(top.output()), 'a screen', 30_000)
      await place.store.record(
        texts.map((text) => ({
          key: { scope: `new-${text}`, value: text },
          mark: { cutoff: 1, expiresAt, reason: text },
        })),
      )
      const last = `~${texts.length - 1}`
      for (const { stdout } of [watching, values]) await eventually(() => stdout().includes(last), 'changes', 30_000)
      await eventually(() => changesOf(top.output()) > before, 'changes on the screen', 30_000)
      top.type('\u0003')
      for (const { child } of [watching, values]) child.kill('SIGINT')
      expect((await watching.ended).stdout.split('\n').length).toBeGreaterThanOrEqual(texts.length)
      expect((await watching.ended).stdout.replaceAll('\n', '')).not.toMatch(unsafe)
      expect((await values.ended).stdout.replaceAll('\n', '')).not.toMatch(unsafe)
      await top.ended
      expect(foreign(top.output())).not.toMatch(unsafe)
    })

    test('moves as it is in an export', async () => {
      const { stdout } = await runCli(['export'], at())
      const target = await places.sqlite()
      try {
        await applicationOver(target)
        const { exitCode, stderr } = await runCli(['import'], { cwd: target.cwd, env: target.env, stdin: stdout })
        const hasDigests = stdout.includes('"digest":true')
        expect({ exitCode, stderr }).toMatchObject({ exitCode: hasDigests ? 1 : 0 })
        const keys = texts.map((value) => ({ scope: 'sub', value }))
        expect(await target.store.find(keys)).toHaveLength(hasDigests ? 0 : texts.length)
      } finally {
        await target.close()
      }
    })
  })
}
