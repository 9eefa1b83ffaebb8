import { shown } from './printable.ts'

/** The scopes of marks, in words. Other scopes are claims. */
const names: ReadonlyMap<string, string> = new Map([
  ['jti', 'tokens'],
  ['sid', 'sessions'],
  ['sub', 'subjects'],
  ['all', 'everything'],
  ['fam', 'families of refresh tokens'],
  ['once', 'ids of one use'],
])

/** Returns what the marks of a scope are of. */
export function scopeName(scope: string): string {
  const name = names.get(scope)
  return name === undefined ? `claim ${shown(scope)}` : `${scope} (${name})`
}

/** Returns a reason as text for a terminal. `''`: none was given. */
export function reasonName(reason: string): string {
  return reason === '' ? '(none)' : shown(reason)
}

/** Returns a number with separators of thousands. */
export function grouped(number: number): string {
  return number.toLocaleString('en-GB')
}

/** Returns a number of things: `1 mark`, `2 marks`. */
export function counted(number: number, thing: string): string {
  return `${grouped(number)} ${thing}${number === 1 ? '' : 's'}`
}

/** Returns a time in ms as a duration for people. */
export function duration(ms: number): string {
  const units = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1_000, 's'],
  ] as const
  const [size, unit] = units.find(([size]) => ms >= size && ms % size === 0) ??
    units.find(([size]) => ms >= size) ?? [1, 'ms']
  return `${Number((ms / size).toFixed(1))} ${unit}`
}
