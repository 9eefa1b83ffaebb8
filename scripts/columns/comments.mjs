// Finds the comments of a TypeScript or JavaScript source.
import { parseSync } from 'oxc-parser'

/** Comments that tools read line by line. */
const directive =
  /^(\/\/\/|\/\/\s*(biome-ignore|@ts-|eslint|#region|#endregion|prettier)|\/\*\s*(v8|c8|@__|eslint|biome))|^#!/

/**
 * A comment, or a run of `//` comments on consecutive lines. Lines count from 0.
 *
 * @typedef {{
 *   kind: 'line' | 'block',
 *   first: number,
 *   last: number,
 *   indent: string,
 *   alone: boolean,
 *   end: number,
 *   texts: string[],
 * }} Comment
 */

/**
 * Returns the comments of `source`, in order. `alone` is false if code shares a line with the
 * comment; `end` is the column at which the last line of it ends.
 *
 * @param {string} name the file's name, which says whether it is TypeScript
 * @param {string} source
 * @returns {Comment[]}
 */
export function commentsOf(name, source) {
  const lines = source.split('\n')
  const starts = startsOf(lines)
  /** @type {Comment[]} */
  const found = []
  for (const { type, start, end } of parseSync(name, source).comments) {
    const first = lineAt(starts, start)
    const last = lineAt(starts, end)
    const before = source.slice(starts[first], start)
    const after = (lines[last] ?? '').slice(end - (starts[last] ?? 0))
    const alone = before.trim() === '' && after.trim() === ''
    const kind = type === 'Line' ? 'line' : 'block'
    const texts = source.slice(start, end).split('\n')
    const previous = found.at(-1)
    if (previous && continues(previous, { kind, first, indent: before, alone, texts })) {
      previous.last = last
      previous.end = end - (starts[last] ?? 0)
      previous.texts.push(...texts)
    } else {
      found.push({ kind, first, last, indent: before, alone, end: end - (starts[last] ?? 0), texts })
    }
  }
  return found
}

/** Returns whether a comment instructs a tool, so that its lines must stay as they are. */
export function isDirective({ texts }) {
  return directive.test(texts[0] ?? '')
}

/** Returns whether a comment continues the run of `//` comments before it. */
function continues(previous, next) {
  const inRun = (comment) => comment.kind === 'line' && comment.alone && !isDirective(comment)
  return inRun(previous) && inRun(next) && previous.last === next.first - 1 && previous.indent === next.indent
}

function startsOf(lines) {
  const starts = [0]
  for (const line of lines) starts.push((starts.at(-1) ?? 0) + line.length + 1)
  return starts
}

function lineAt(starts, offset) {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle] <= offset) low = middle
    else high = middle - 1
  }
  return low
}
