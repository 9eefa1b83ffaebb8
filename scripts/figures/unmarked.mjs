// Finds figures in prose and in tables that look measured and that no script writes.
import { withoutFigures } from './markers.mjs'

const number = String.raw`(?<![\w.,-])\d[\d,]*(?:\.\d+)?`
/** What only a measurement says, as a rule. Durations of options are in seconds, and in code. */
const measured = [
  String.raw`${number} ?(?:ns|µs)\b`,
  String.raw`${number} ms\b`,
  String.raw`${number} ?(?:bytes|[KMG]i?B)\b`,
  String.raw`${number} (?:times|×) (?:as|the|its|more|less|faster|slower)\b`,
  String.raw`${number} ?x (?:faster|slower)\b`,
  String.raw`${number}(?: million)? (?:\w+ )?(?:a|per) second\b`,
  String.raw`${number}(?: \w+)? per 1,000\b`,
  `${number}%`,
]
const pattern = new RegExp(measured.join('|'), 'g')

/**
 * Returns the figures outside of markers and code, each with its line (from 1).
 *
 * @param {string} text
 * @returns {{ line: number, figure: string }[]}
 */
export function unmarkedFigures(text) {
  return withoutFigures(text)
    .split('\n')
    .flatMap((line, at) => {
      const prose = line.replace(/\]\([^)]*\)/g, ']')
      return [...prose.matchAll(pattern)].map(([figure]) => ({ line: at + 1, figure }))
    })
}
