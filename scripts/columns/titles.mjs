// Finds titles of tests that are longer than the limit.
import { parseSync } from 'oxc-parser'

/** What takes a title as its first argument, alone or as in `it.each(rows)`. */
const runners = new Set(['describe', 'it', 'test'])

/**
 * Returns the line numbers (from 1) of the titles in `source` that have more than `limit`
 * characters.
 *
 * @param {string} name the file's name, which says whether it is TypeScript
 * @param {string} source
 * @param {number} limit
 * @returns {number[]}
 */
export function longTitles(name, source, limit) {
  const lines = []
  visit(parseSync(name, source).program, (node) => {
    if (node.type !== 'CallExpression' || !runners.has(nameOf(node.callee))) return
    const title = node.arguments[0]
    if (title !== undefined && isText(title) && title.end - title.start - 2 > limit) {
      lines.push(source.slice(0, title.start).split('\n').length)
    }
  })
  return lines
}

function visit(node, report) {
  if (Array.isArray(node)) for (const child of node) visit(child, report)
  else if (node !== null && typeof node === 'object') {
    if (typeof node.type === 'string') report(node)
    for (const child of Object.values(node)) visit(child, report)
  }
}

/**
 * Returns the name at the root of what is called: `it` of `it`, of `it.skip` and of
 * `it.each(rows)`.
 */
function nameOf(callee) {
  if (callee.type === 'Identifier') return callee.name
  if (callee.type === 'MemberExpression') return nameOf(callee.object)
  return callee.type === 'CallExpression' ? nameOf(callee.callee) : ''
}

function isText(node) {
  return node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node.value === 'string')
}
