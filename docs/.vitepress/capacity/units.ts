/** Writes figures for people: two digits are as many as the formulas are good for. */

const numbers = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 })
const units = ['B', 'kB', 'MB', 'GB', 'TB']

/** Returns a number with two digits that count. */
export const count = (value: number): string => numbers.format(value)

/** Returns an amount of memory or data. */
export function bytes(value: number): string {
  const power = Math.min(Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)), units.length - 1)
  return `${numbers.format(value / 1_000 ** power)} ${units[power]}`
}

/** Returns an amount for each second. */
export const rate = (amount: string): string => `${amount}/s`
