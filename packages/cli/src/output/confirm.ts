import { createInterface } from 'node:readline/promises'
import { misuse } from '../errors.ts'

/**
 * Asks for a word to be typed, unless the caller has said yes already.
 *
 * @throws CliError (misuse) if another word is typed, or if nobody is there to ask.
 */
export async function confirm(question: string, word: string, isConfirmed: boolean): Promise<void> {
  if (isConfirmed) return
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw misuse(`${question} Nobody is at the terminal to confirm it: give --yes in a script.`)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await terminal.question(`${question}\nType "${word}" to go on: `)
    if (answer.trim() !== word) throw misuse('Not confirmed: nothing was done.')
  } finally {
    terminal.close()
  }
}
