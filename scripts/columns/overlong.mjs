// Finds lines of comments and of Markdown that are longer than the limit and could be shorter.
import { blocksOf } from './blocks.mjs'
import { commentsOf } from './comments.mjs'
import { wrapText } from './wrap.mjs'

/** The longest line that a comment or Markdown may have, in columns. */
export const limit = 100

/**
 * Returns the numbers (from 1) of the overlong lines of a file. Code, tables and lines that only a
 * link or one long word makes too long are allowed.
 *
 * @param {string} name the file's name, whose ending says what it contains
 * @param {string} source
 * @returns {number[]}
 */
export function overlongLines(name, source) {
  const found = name.endsWith('.md') ? inMarkdown(source) : inComments(name, source)
  return [...new Set(found)].sort((a, b) => a - b)
}

/** A figure is written by a script, and may be longer the next time. */
const figure = /<!--figure:\S+?-->[^\n]*?<!--\/figure-->/g

function inMarkdown(source) {
  const lines = source.replace(figure, '').split('\n')
  return overlongIn(lines, { jsdoc: false }).map((at) => at + 1)
}

function inComments(name, source) {
  const lines = source.split('\n')
  return commentsOf(name, source).flatMap((comment) => {
    if (!comment.alone) {
      const line = lines[comment.last] ?? ''
      return comment.end > limit && isBreakable(line, limit) ? [comment.last + 1] : []
    }
    const prefix = comment.kind === 'line' ? /^\/\/ ?/ : /^\s*(\/\*\*?|\*(?!\/)) ?/
    const inner = comment.texts.map((text) => text.replace(prefix, ''))
    const cut = comment.texts.map(
      (text, at) => (at === 0 ? comment.indent.length : 0) + text.length - (inner[at]?.length ?? 0),
    )
    return overlongIn(inner, { jsdoc: true, cut }).map((at) => comment.first + at + 1)
  })
}

/**
 * Returns the positions of the overlong lines of prose in `lines`, each of which lost `cut`
 * columns.
 */
function overlongIn(lines, { jsdoc, cut = [] }) {
  const widths = lines.map((line, at) => line.length + (cut[at] ?? 0))
  return blocksOf(lines, { jsdoc }).flatMap((block) =>
    block.lines.flatMap((line, at) =>
      (widths[block.from + at] ?? 0) > limit &&
      isProse(block, line) &&
      isBreakable(line, limit - (cut[block.from + at] ?? 0) - indentOf(line))
        ? [block.from + at]
        : [],
    ),
  )
}

/** Returns whether a line is prose or a heading, so not code, a table or a drawing. */
function isProse(block, line) {
  return block.kind === 'prose' || /^\s*#{1,6} /.test(line)
}

/**
 * Returns whether a line would be shorter if it were wrapped, so not a single link or span of code.
 */
function isBreakable(line, width) {
  const text = line.trim()
  return wrapText(text, width, '', '').length > 1 && !/^(\S+ )?\S*https?:\/\/\S*$/.test(text)
}

function indentOf(line) {
  return line.length - line.trimStart().length
}
