import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { eventually } from '@revoked/testing'

/** The built programs, as the container runs them. */
const programOf = (name: string): string => fileURLToPath(new URL(`../../dist/${name}.js`, import.meta.url))

type Line = Readonly<Record<string, unknown>>

/** A process of the server. */
export interface ServerProcess {
  /** Sends a signal: `SIGTERM` shuts it down, `SIGKILL` crashes it. */
  readonly kill: (signal: NodeJS.Signals) => void
  readonly ended: Promise<number | null>
  /** Returns what it has logged so far. */
  readonly lines: () => readonly Line[]
  /** Waits for the URL that it listens on. */
  readonly url: () => Promise<string>
}

/** Runs a built program with these variables. It may end at once. */
export function runProgram(name: 'main' | 'healthcheck', env: Readonly<Record<string, string>>): ServerProcess {
  const { PATH } = process.env
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', programOf(name)], {
    env: { ...(PATH !== undefined && { PATH }), HOST: '127.0.0.1', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let written = ''
  child.stdout.on('data', (chunk: Buffer) => {
    written += chunk.toString()
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  const lines = (): readonly Line[] =>
    written
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line))
  const urlOf = (): string => {
    const [listening] = lines().filter(({ event }) => event === 'listening')
    return typeof listening?.['url'] === 'string' ? listening['url'] : ''
  }
  return { kill: (signal) => void child.kill(signal), ended, lines, url: () => eventually(urlOf, 'listens', 30_000) }
}
