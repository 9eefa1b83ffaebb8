import { createInterface } from 'node:readline'
import { interrupted, misuse } from '../errors.ts'

/**
 * Asks for a word to be typed, unless the caller has said yes already.
 *
 * @throws CliError (misuse, rejects) if another word is typed, or if nobody is there to ask, and
 *   CliError (interrupted) for Ctrl-C and Ctrl-D.
 */
export async function confirm(question: string, word: string, isConfirmed: boolean): Promise<void> {
  if (isConfirmed) return
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw misuse(`${question} Nobody is at the terminal to confirm it: give --yes in a script.`)
  const answer = await ask(`${question}\nType "${word}" to go on: `)
  if (answer === undefined) throw interrupted()
  if (answer.trim() !== word) throw misuse('Not confirmed: nothing was done.')
}

/** Returns the line that is typed. `undefined`: it was ended by Ctrl-C or Ctrl-D. */
async function ask(text: string): Promise<string | undefined> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await new Promise((resolve) => {
      terminal.once('close', () => resolve(undefined))
      terminal.question(text, resolve)
    })
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}
