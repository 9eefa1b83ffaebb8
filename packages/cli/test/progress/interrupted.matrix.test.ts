import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeyedMark } from '@revoked/core'
import { eventually } from '@revoked/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { doneIn } from '../support/progress.ts'
import { type CliProcess, type CliRun, endProcesses, runCli, startCli } from '../support/run-cli.ts'
import { type Place, places } from '../support/stores.ts'
import { startOnTerminal } from '../support/terminal.ts'
import { applicationOver } from '../support/tokens.ts'

const count = 20_000
const expiresAt = Date.now() + 3_000_000

for (const [store, open] of Object.entries(places)) {
  describe(`an interruption over ${store}`, { timeout: 120_000 }, () => {
    let place: Place
    let folder: string
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'revoked-interrupted-'))
      place = await open()
      await applicationOver(place)
      for (let from = 0; from < count; from += 1_000) {
        const marks = Array.from(
          { length: 1_000 },
          (_, index): KeyedMark => ({
            key: { scope: 'jti', value: `id-${from + index}` },
            mark: { cutoff: Infinity, expiresAt },
          }),
        )
        await place.store.record(marks)
      }
    }, 240_000)
    afterAll(async () => {
      await place.close()
      rmSync(folder, { recursive: true })
    })
    afterEach(endProcesses)

    const at = () => ({ cwd: place.cwd, env: place.env })
    const run = (args: readonly string[]): Promise<CliRun> => runCli(args, at())
    const start = (args: readonly string[]): CliProcess => startCli(args, at())
    const progressOf = (file: string): boolean => existsSync(`${file}.progress`)

    test('ends bulk revoke after its batch with 130, and it goes on later', async () => {
      const file = join(folder, 'users.txt')
      writeFileSync(file, Array.from({ length: 600 }, (_, index) => `user-${index}`).join('\n'))
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
        const bulk = start(['bulk', 'revoke', '--file', file, '--pace', '100'])
        const doneOf = (): number => doneIn(`${file}.progress`)
        const before = doneOf()
        await eventually(() => doneOf() > before, 'more is done', 30_000)
        bulk.child.kill(signal)
        const { exitCode, stdout, stderr } = await bulk.ended
        expect({ signal, exitCode, stdout }).toEqual({ signal, exitCode: 130, stdout: '' })
        const [, said] = /(\d+) of 600 targets are revoked\. Run the same command again to go on\.\n/.exec(stderr) ?? []
        expect(doneOf()).toBe(Number(said))
      }
      expect(await run(['bulk', 'revoke', '--file', file])).toMatchObject({ exitCode: 0 })
      expect(progressOf(file)).toBe(false)
    })

    test('ends an import after its batch with 130, and it goes on later', async () => {
      const file = join(folder, 'marks.ndjson')
      expect(await run(['export', '--output', file])).toMatchObject({ exitCode: 0 })
      const importing = start(['import', '--file', file, '--pace', '5000'])
      await eventually(() => doneIn(`${file}.progress`) > 0, 'progress', 30_000)
      importing.child.kill('SIGINT')
      expect(await importing.ended).toMatchObject({
        exitCode: 130,
        stdout: '',
        stderr: expect.stringMatching(/of the marks are stored\. Run the same command again to go on\.\n/),
      })
      expect(await run(['import', '--file', file])).toMatchObject({
        exitCode: 0,
        stderr: expect.stringMatching(/^going on after/),
      })
    })

    test('ends an import that waits for its input', async () => {
      const { stdout: exported } = await run(['export'])
      const progress = join(folder, 'of-stdin')
      const args = ['import', '--progress', progress, '--pace', '20000']
      const importing = startCli(args, { ...at(), stdin: 'open' })
      importing.child.stdin?.write(exported.slice(0, exported.length - 100))
      await eventually(() => doneIn(progress) > 0, 'some marks are stored', 30_000)
      importing.child.kill('SIGINT')
      expect(await importing.ended).toMatchObject({ exitCode: 130, stderr: expect.stringMatching(/Run the same/) })
    })

    test('ends an export with 130, and leaves no part of a file', async () => {
      const target = join(folder, 'whole.ndjson')
      const exporting = start(['export', '--output', target])
      await eventually(() => existsSync(`${target}.part`), 'a part is written', 30_000)
      exporting.child.kill('SIGINT')
      const { exitCode } = await exporting.ended
      if (exitCode !== 0) expect(exitCode).toBe(130)
      expect(readdirSync(folder).filter((name) => name.startsWith('whole') && exitCode !== 0)).toEqual([])
    })

    test('ends watch and top with 130 at once, and gives the terminal back', async () => {
      const watching = start(['watch', '--for', '1h'])
      await eventually(() => watching.stderr().includes('watching'), 'it watches', 30_000)
      const startedAt = performance.now()
      watching.child.kill('SIGINT')
      expect((await watching.ended).exitCode).toBe(130)
      expect(performance.now() - startedAt).toBeLessThan(1_500)
      const top = startOnTerminal(['top'], at())
      await eventually(() => top.output().includes('Change log'), 'a screen', 30_000)
      top.type('\u0003')
      expect(await top.ended).toBe(130)
      const screen = top.output()
      expect(screen.startsWith('\u001b[?1049h\u001b[?25l\u001b[?7l')).toBe(true)
      expect(screen.trimEnd().endsWith('\u001b[?7h\u001b[?25h\u001b[?1049l')).toBe(true)
    })

    test('of a question answers nothing: Ctrl-C and Ctrl-D revoke nothing, the word does', async () => {
      for (const [keys, expected] of [
        ['\u0003', 130],
        ['\u0004', 130],
        ['no\r', 2],
        ['everything\r', 0],
      ] as const) {
        const asking = startOnTerminal(['revoke', '--everything'], at())
        await eventually(() => asking.output().includes('to go on:'), 'the question', 30_000)
        asking.type(keys)
        expect({ keys, exitCode: await asking.ended }).toEqual({ keys, exitCode: expected })
        const { exitCode } = await run(['why', '--everything'])
        expect(exitCode).toBe(expected === 0 ? 3 : 0)
      }
    })
  })
}
