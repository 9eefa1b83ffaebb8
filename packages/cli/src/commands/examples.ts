/** Returns the examples of a help text: what each does, and the command. */
export function examples(list: readonly (readonly [what: string, command: string])[]): string {
  return ['', 'Examples:', ...list.flatMap(([what, command]) => [`  # ${what}`, `  $ ${command}`])].join('\n')
}
