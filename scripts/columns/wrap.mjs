// Wraps paragraphs of Markdown and of comments at a width.
import { blocksOf } from './blocks.mjs'

/**
 * What is not cut: figures with their markers, spans of code, inline tags, and the address of a
 * link with the word before it.
 */
const atoms = /(<!--figure:.*?<!--\/figure-->|`[^`]+`|\{@[^}]*\}|\S)+/g
/** What Markdown or TSDoc would read otherwise if a line began with it. */
const unsafe = /^([-*+]|\d+[.)]|#{1,6}|>|\||={3,}|-{3,}|~{3,}|```.*|@\S*|<[a-zA-Z!/].*)$/

/**
 * Returns `lines` with each paragraph that has an overlong line wrapped again; with `fill`, all
 * paragraphs.
 *
 * @param {readonly string[]} lines
 * @param {{ width: number, jsdoc?: boolean, fill?: boolean }} options
 * @returns {string[]}
 */
export function wrapLines(lines, { width, jsdoc = false, fill = false }) {
  return blocksOf(lines, { jsdoc }).flatMap((block) => {
    const due = block.kind === 'prose' && (fill || block.lines.some((line) => line.length > width))
    return due ? wrapBlock(block, width, jsdoc) : block.lines
  })
}

function wrapBlock(block, width, jsdoc) {
  const last = block.lines.at(-1) ?? ''
  const ending = last.endsWith('\\') ? '' : (/ {2,}$/.exec(last)?.[0] ?? '')
  const text = block.lines.map((line, at) => line.slice(prefixOf(block, at)).trim()).join(' ')
  // The second line of a tag's paragraph may be indented or not, as it was.
  const second = block.lines[1]
  const rest = jsdoc && block.rest.trim() === '' && second !== undefined ? indentOf(second) : block.rest
  const out = wrapText(text, width, block.first, rest)
  return out.map((line, at) => (at === out.length - 1 ? line + ending : line))
}

function prefixOf(block, at) {
  if (at === 0) return block.first.length
  return block.mark === '' ? 0 : block.mark.length
}

function indentOf(line) {
  return /^ */.exec(line)?.[0] ?? ''
}

/**
 * Returns `text` in lines of at most `width` columns, unless a single word is longer.
 *
 * @param {string} text
 * @param {number} width
 * @param {string} first the prefix of the first line
 * @param {string} rest the prefix of the other lines
 * @returns {string[]}
 */
export function wrapText(text, width, first, rest) {
  const lines = []
  let line = first
  let isEmpty = true
  for (const words of joinUnsafe(text.match(atoms) ?? [])) {
    if (!isEmpty && line.length + 1 + words.length > width) {
      lines.push(line)
      line = rest
      isEmpty = true
    }
    line += isEmpty ? words : ` ${words}`
    isEmpty = false
  }
  lines.push(line)
  return lines
}

/** Joins a piece that no line may begin with to the piece before it. */
function joinUnsafe(pieces) {
  const joined = []
  for (const piece of pieces) {
    if (joined.length > 0 && unsafe.test(piece)) joined[joined.length - 1] += ` ${piece}`
    else joined.push(piece)
  }
  return joined
}
