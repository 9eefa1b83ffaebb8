// Finds the titles of tests, so that documents can link to the test that backs a sentence.
import { parseSync } from 'oxc-parser'

/** What takes a title as its first argument. The cases are those of `@revoked/conformance`. */
const runners = new Set(['auditCase', 'caseOver', 'describe', 'it', 'shortTrailCase', 'test'])

/**
 * Returns the titles of the tests and suites in `source`. A title inside a suite begins with the
 * titles around it: `a token > is refused`. A title of `each` is returned as written, and for each
 * row that is written there, with the first text of the row in place of `%s`. Titles that are
 * computed are left out, with what is inside them.
 *
 * @param {string} name the file's name, which says whether it is TypeScript
 * @param {string} source
 * @returns {string[]}
 */
export function testTitles(name, source) {
  return titlesIn(parseSync(name, source).program, [])
}

function titlesIn(node, around) {
  if (Array.isArray(node)) return node.flatMap((child) => titlesIn(child, around))
  if (node === null || typeof node !== 'object') return []
  if (node.type !== 'CallExpression' || !runners.has(nameOf(node.callee))) {
    return Object.values(node).flatMap((child) => titlesIn(child, around))
  }
  const [title, ...rest] = node.arguments
  if (!isText(title)) return []
  return titlesOfRows(title.value, node.callee).flatMap((own) => {
    const titles = [...around, own]
    return [titles.join(' > '), ...titlesIn(rest, titles)]
  })
}

/** Returns the title itself, and with the texts of the rows of `each`, if it is one of those. */
function titlesOfRows(title, callee) {
  const rows = callee.type === 'CallExpression' ? callee.arguments[0] : undefined
  if (rows?.type !== 'ArrayExpression') return [title]
  const texts = rows.elements.map((row) => (row?.type === 'ArrayExpression' ? row.elements[0] : row))
  return [title, ...texts.filter(isText).map(({ value }) => title.replace('%s', value))]
}

/** Returns the name at the root of what is called: `it` of `it.skip` and of `it.each(rows)`. */
function nameOf(callee) {
  if (callee.type === 'Identifier') return callee.name
  if (callee.type === 'MemberExpression') return nameOf(callee.object)
  return callee.type === 'CallExpression' ? nameOf(callee.callee) : ''
}

function isText(node) {
  return node?.type === 'Literal' && typeof node.value === 'string'
}
