import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { installApart } from '@revoked/testing'
import { rolldown } from 'rolldown'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startWorker } from './workerd.ts'

const run = promisify(execFile)
const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

let modules = ''
beforeAll(async () => {
  modules = join(await installApart(pathOf('binaries')), 'node_modules')
}, 300_000)

const refused = '401 Bearer error="invalid_token", error_description="The token was revoked"'
const story = {
  subject: 'alice',
  before: '200 alice',
  changed: true,
  after: refused,
  other: '200 alice',
  last: refused,
}

describe('a token is issued, verified, revoked and refused in', { timeout: 30_000 }, () => {
  const deno = ['run', '--no-lock', '--allow-read', '--allow-env']
  test.each([
    ['Node 20', 'node-20/bin/node', []],
    ['Node 22', 'node-22/bin/node', []],
    ['Node 24', 'node-24/bin/node', []],
    ['Node 26', 'node-26/bin/node', []],
    ['Bun', '@oven/bun-linux-x64/bin/bun', []],
    ['Deno', '@deno/linux-x64-glibc/deno', deno],
  ] as const)('%s', async (_, binary, args) => {
    const env = { ...process.env, NODE_OPTIONS: '', DENO_NO_UPDATE_CHECK: '1' }
    const { stdout, stderr } = await run(join(modules, binary), [...args, pathOf('print-story.mjs')], { env })
    expect(JSON.parse(stdout)).toEqual(story)
    expect(stderr).toBe('')
  })

  // With the store and the tokens made at module scope, where workers may start no timer and make
  // no random value.
  test('workerd', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'worker-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const bundle = await rolldown({ input: pathOf('worker.mjs'), platform: 'neutral' })
    await bundle.write({ file: join(folder, 'worker.js') })
    expect(await readFile(join(folder, 'worker.js'), 'utf8')).not.toContain('@revoked/source')
    const worker = await startWorker(join(modules, '@cloudflare/workerd-linux-64/bin/workerd'), folder)
    onTestFinished(worker.stop)
    const response = await fetch(`http://127.0.0.1:${worker.port}/`)
    expect(await response.json()).toEqual(story)
  })
})
