import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** The program that runs an example by its name. */
export const program = fileURLToPath(new URL('../dist/run.js', import.meta.url))
/** Whether curl lines can be pasted here. */
export const hasShell = ['bash', 'curl'].every((name) => spawnSync(name, ['--version']).status === 0)

/** Starts an example, and resolves with all that it printed when it listens. */
export async function run(name: string): Promise<string> {
  const child = spawn(process.execPath, [program, name], { env: { ...process.env, PORT: '0' }, stdio: 'pipe' })
  onTestFinished(() => void child.kill('SIGKILL'))
  let printed = ''
  for await (const chunk of child.stdout) {
    printed += chunk
    if (printed.endsWith(`'\n`)) break
  }
  return printed
}
