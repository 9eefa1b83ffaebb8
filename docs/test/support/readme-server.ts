import { execFile, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { eventually } from '@revoked/testing'

const preload = fileURLToPath(new URL('listen-anywhere.mjs', import.meta.url))

/** A server from a README, while it runs. */
interface ReadmeServer extends AsyncDisposable {
  /** Runs the commands of the README against it, and returns what they print. */
  readonly paste: (commands: string) => Promise<string>
}

/** Starts a program that listens on a port, on a free one instead. */
export async function startReadmeServer(program: string, cwd: string): Promise<ReadmeServer> {
  const child = spawn(process.execPath, ['--import', preload, program], {
    cwd,
    env: { ...process.env, JWT_SECRET: 'a secret for tests that is long enough to sign with' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const collect = (chunk: Buffer): void => {
    output += chunk.toString()
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  const portLine = /^port (\d+) is (\d+)$/m
  await eventually(() => portLine.test(output) || child.exitCode !== null, 'the server listens', 15_000)
  const [, named = '', actual = ''] = portLine.exec(output) ?? []
  if (actual === '') throw new Error(`The server ended instead of listening:\n${output}`)
  return {
    paste: async (commands) => {
      const script = commands.replaceAll(`localhost:${named}`, `localhost:${actual}`)
      const { stdout } = await promisify(execFile)('bash', ['-euc', script], { cwd, timeout: 20_000 })
      return stdout
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await eventually(() => child.exitCode !== null || child.signalCode !== null, 'the server ends')
    },
  }
}
