import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOutput } from '../../src/output/output.ts'
import { createPace } from '../../src/progress/pace.ts'
import { progressFile } from '../../src/progress/progress-file.ts'
import { resumeRun } from '../../src/progress/resume-run.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'revoked-progress-'))
})
afterAll(() => rm(folder, { recursive: true }))

const notes: string[] = []
const output = { ...createOutput(false), note: (text: string) => void notes.push(text) }

test('a run goes on where an earlier one of the same input ended', async () => {
  const file = progressFile(join(folder, 'same'))
  const first = await resumeRun(file, 'input', output)
  await first.reached(40)
  await first.interrupted()
  const second = await resumeRun(file, 'input', output)
  expect([second.done(), second.startedAt]).toEqual([40, first.startedAt])
  expect((await resumeRun(file, 'other', output)).done()).toBe(0)
  expect(notes).toEqual([
    'going on after 40, where an earlier run ended',
    'an earlier run was over another input or store: starting again',
  ])
  await second.finished()
  expect(await readdir(folder)).toEqual([])
})

test('a file of progress that is none is not overwritten', async () => {
  const path = join(folder, 'precious')
  await writeFile(path, 'something else')
  await expect(resumeRun(progressFile(path), 'input', output)).rejects.toThrow(/none of this command/)
})

test('a file of progress that cannot be written is found out at the start', async () => {
  const nowhere = progressFile(join(folder, 'no', 'folder'))
  await expect(resumeRun(nowhere, 'input', output)).rejects.toThrow(/cannot be used: ENOENT/)
})

test('a run that did nothing leaves no progress, and begins anew', async () => {
  const path = join(folder, 'nothing')
  const first = await resumeRun(progressFile(path), 'input', output)
  expect(existsSync(path)).toBe(true)
  await first.interrupted()
  expect(existsSync(path)).toBe(false)
  await progressFile(path).write({ of: 'input', done: 0, startedAt: 1 })
  expect((await resumeRun(progressFile(path), 'input', output)).startedAt).toBeGreaterThan(1)
})

test('why a run was interrupted counts, and not that its progress cannot be kept', async () => {
  const own = join(folder, 'own')
  await mkdir(own)
  const run = await resumeRun(progressFile(join(own, 'progress')), 'input', output)
  await run.reached(1)
  await rm(own, { recursive: true })
  await run.interrupted()
  expect(notes.at(-1)).toMatch(/cannot be used: ENOENT/)
})

test('a pace limits the items a second', async () => {
  const pace = createPace(1_000)
  expect(pace.batchSize).toBe(100)
  const startedAt = performance.now()
  for (let index = 0; index < 3; index++) await pace.passed(50)
  expect(performance.now() - startedAt).toBeGreaterThan(140)
  expect(createPace(3).batchSize).toBe(1)
})
