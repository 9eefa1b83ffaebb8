// Wraps the comments of a source and leaves its code alone.
import { commentsOf, isDirective } from './comments.mjs'
import { wrapLines } from './wrap.mjs'

/**
 * Returns `source` with its comments wrapped at `width`. An overlong comment behind code moves to a
 * line before it.
 *
 * @param {string} name the file's name
 * @param {string} source
 * @param {{ width: number, fill?: boolean }} options
 * @returns {string}
 */
export function wrapSource(name, source, { width, fill = false }) {
  const lines = source.split('\n')
  // From the end, so that the numbers of lines before a change stay true.
  for (const comment of commentsOf(name, source).reverse()) {
    if (isDirective(comment)) continue
    const span = comment.last - comment.first + 1
    if (comment.alone) lines.splice(comment.first, span, ...wrapComment(comment, width, fill))
    else if (isTrailing(comment) && comment.end > width) {
      const code = comment.indent
      const indent = /^\s*/.exec(code)?.[0] ?? ''
      const above = wrapComment({ ...comment, indent }, width, fill)
      lines.splice(comment.first, span, ...above, code.trimEnd())
    }
  }
  return lines.join('\n')
}

/** Returns whether a `//` comment follows code on its only line. */
function isTrailing(comment) {
  return comment.kind === 'line' && comment.indent.trim() !== ''
}

function wrapComment(comment, width, fill) {
  return comment.kind === 'line' ? wrapRun(comment, width, fill) : wrapBlockComment(comment, width, fill)
}

function wrapRun({ texts, indent }, width, fill) {
  const inner = texts.map((text) => text.replace(/^\/\/ ?/, ''))
  const wrapped = wrapLines(inner, { width: width - indent.length - 3, jsdoc: true, fill })
  return wrapped.map((line) => `${indent}// ${line}`.trimEnd())
}

function wrapBlockComment({ texts, indent }, width, fill) {
  const opening = /^\/\*\*?/.exec(texts[0] ?? '')?.[0] ?? '/*'
  const original = texts.map((text, at) => (at === 0 ? indent + text : text))
  const isOneLine = texts.length === 1
  if (isOneLine && (original[0] ?? '').length <= width) return original
  // Comments without stars in front of their lines are laid out by hand.
  if (texts.slice(1).some((text) => !/^\s*\*/.test(text))) return original
  const inner = texts.map((text, at) => {
    const opened = at === 0 ? text.slice(opening.length).replace(/^ /, '') : text.replace(/^\s*\* ?(?!\/)/, '')
    return at === texts.length - 1 ? opened.replace(/\s*\*?\*\/$/, '') : opened
  })
  if (inner[0]?.trim() === '') inner.shift()
  if (inner.length > 0 && inner.at(-1)?.trim() === '') inner.pop()
  const wrapped = wrapLines(inner, { width: width - indent.length - 3, jsdoc: true, fill })
  if (!isOneLine && wrapped.join('\n') === inner.join('\n')) return original
  return [`${indent}${opening}`, ...wrapped.map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */`]
}
