/** A stranger reaches "logged out and refused" in an empty folder, by the page and nothing else. */
import { execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { eventually } from '@revoked/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../src/servers/free-port.ts'
import { packPackages } from './support/packed-packages.ts'
import { type PageStep, stepsOf } from './support/page-steps.ts'

const page = fileURLToPath(new URL('../../../docs/start/first-ten-minutes.md', import.meta.url))

let folder = ''
let archives: ReadonlyMap<string, string>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stranger-'))
  const packed = join(folder, 'packed')
  await mkdir(packed)
  archives = await packPackages(packed)
  await symlink(fileURLToPath(new URL('../../..', import.meta.url)), join(folder, 'revoked'))
}, 120_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Runs commands in a shell that stops at the first failure. Returns what they print. */
async function paste(commands: string, cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)('bash', ['-euc', commands], { cwd, timeout: 240_000 })
  return stdout
}

/** The blocks that a reader of one language follows, on a port that is free. */
async function readPage(language: string, file: string): Promise<{ steps: PageStep[]; port: number }> {
  const port = await freePort()
  const text = (await readFile(page, 'utf8')).replaceAll('3000', String(port))
  const steps = stepsOf(text).filter(({ label }) => label === undefined || label === language || label === file)
  return { steps, port }
}

/** Starts the server and keeps it running, until the result is disposed of. */
function startServer(commands: string, cwd: string): AsyncDisposable & { readonly hasEnded: () => boolean } {
  const child = spawn('bash', ['-euc', commands], { cwd, stdio: ['ignore', 'inherit', 'inherit'], detached: true })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  return {
    hasEnded: () => child.exitCode !== null,
    [Symbol.asyncDispose]: async () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM')
      await ended
    },
  }
}

/** Returns what stands for the name of a package, which is not on the registry. */
const packed = (name: string): string => archives.get(name) ?? name

/** The same, as the page says: a folder of a clone that is beside the reader's one. */
const ofClone = (name: string): string => name.replace('@revoked/', '../revoked/packages/')

test.each([
  { language: 'JavaScript', file: 'server.mjs', from: 'archives', nameOf: packed },
  { language: 'TypeScript', file: 'server.mts', from: 'archives', nameOf: packed },
  { language: 'JavaScript', file: 'server.mjs', from: 'a clone', nameOf: ofClone },
  { language: 'TypeScript', file: 'server.mts', from: 'a clone', nameOf: ofClone },
])(
  'the first page leads from an empty folder to a refused token, in $language, from $from',
  { timeout: 300_000 },
  async (reader) => {
    const cwd = join(folder, `${reader.language} from ${reader.from}`)
    await mkdir(cwd)
    const { steps, port } = await readPage(reader.language, reader.file)
    const commands = steps.filter(({ language }) => language === 'sh').map(({ code }) => code)
    const [install = '', secret = '', start = '', logout = ''] = commands.map((code) =>
      code.replace(/@revoked\/[a-z-]+/g, reader.nameOf),
    )
    expect(commands).toHaveLength(4)

    await paste(install, cwd)
    for (const { label, code } of steps) if (label === reader.file) await writeFile(join(cwd, reader.file), code)
    await using server = startServer(`${secret}\n${start}`, cwd)
    const answers = async (): Promise<boolean> => (await fetch(`http://localhost:${port}/me`)).status === 401
    await eventually(() => server.hasEnded() || answers().catch(() => false), 'the server answers', 30_000)

    const promised = [...logout.matchAll(/^# => (.+)$/gm)].map(([, line]) => line)
    expect((await paste(logout, cwd)).match(/\{.*?\}/g)).toEqual(promised)
    expect(promised.at(-1)).toContain('The token was revoked')
  },
)
