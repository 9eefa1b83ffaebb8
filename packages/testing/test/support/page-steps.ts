/** Reads a page of the documentation as somebody who follows it to the letter. */

/** A block of a page: commands for a shell, or a file to write. */
export interface PageStep {
  readonly language: string
  /** The label of the tab that shows it: a language, or the name of the file. */
  readonly label: string | undefined
  readonly code: string
}

const fence = /^```(?<language>\w+)(?: \[(?<label>[^\]\n]+)\])?\n(?<code>.*?)^```$/gms

/** Returns all blocks of a page, in order. */
export function stepsOf(page: string): PageStep[] {
  return [...page.matchAll(fence)].map(({ groups = {} }) => ({
    language: groups['language'] ?? '',
    label: groups['label'],
    code: groups['code'] ?? '',
  }))
}
