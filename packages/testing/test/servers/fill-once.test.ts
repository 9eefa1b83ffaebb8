import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { fillOnce } from '../../src/servers/fill-once.ts'

async function useTarget(): Promise<{ readonly parent: string; readonly target: string }> {
  const parent = await mkdtemp(join(tmpdir(), 'revoked-fill-'))
  onTestFinished(() => rm(parent, { recursive: true, force: true }))
  return { parent, target: join(parent, 'target') }
}

test('fills a folder once, although several ask for it at a time', async () => {
  const { parent, target } = await useTarget()
  let fills = 0
  const fill = async (folder: string): Promise<void> => {
    fills++
    await writeFile(join(folder, 'content'), 'complete')
  }
  await Promise.all([1, 2, 3].map(() => fillOnce(target, fill)))
  expect(fills).toBe(1)
  expect(await readFile(join(target, 'content'), 'utf8')).toBe('complete')
  expect(await readdir(parent)).toEqual(['target'])
})

test('leaves nothing behind if it fails, and may be tried again', async () => {
  const { parent, target } = await useTarget()
  const failing = fillOnce(target, async () => {
    throw new Error('no network')
  })
  await expect(failing).rejects.toThrow('no network')
  expect(await readdir(parent)).toEqual([])
  await fillOnce(target, (folder) => writeFile(join(folder, 'content'), ''))
  expect(await readdir(target)).toEqual(['content'])
})

test('does not wait for a process that ended while it was filling', async () => {
  const { target } = await useTarget()
  const { pid } = spawnSync(process.execPath, ['--eval', ''])
  await writeFile(`${target}.lock`, String(pid))
  await fillOnce(target, (folder) => writeFile(join(folder, 'content'), ''))
  expect(await readdir(target)).toEqual(['content'])
})
