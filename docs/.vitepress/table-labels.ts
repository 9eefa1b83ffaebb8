/** Names each cell of a table after its column, so that a phone can show a row as a list. */
import type { MarkdownRenderer } from 'vitepress'

type Token = ReturnType<MarkdownRenderer['parse']>[number]

/** Longer words of code would be cut in the first and in the second column on a phone. */
const longestCodes = [10, 20]

/**
 * A plugin of markdown-it. Tables of two columns fit a phone, and stay tables, if their words do.
 */
export function tableLabels(md: MarkdownRenderer): void {
  md.core.ruler.push('table-labels', ({ tokens }) => {
    const tables = tokens.flatMap(({ type }, start) => (type === 'table_open' ? [start] : []))
    for (const start of tables) label(tokens.slice(start))
  })
}

/** Labels the table that these tokens begin with. */
function label(tokens: readonly Token[]): void {
  const table = tokens.slice(
    0,
    tokens.findIndex(({ type }) => type === 'table_close'),
  )
  const columns = table.flatMap(({ type }, index) => (type === 'th_open' ? [textOf(table[index + 1])] : []))
  const cells = table.flatMap((open, index) => (open.type === 'td_open' ? [{ open, content: table[index + 1] }] : []))
  const isCut = cells.some(({ content }, index) => longestCodeOf(content) > (longestCodes[index % columns.length] ?? 0))
  if (columns.length < 3 && !isCut) return
  table[0]?.attrJoin('class', 'listed-on-phones')
  for (const [index, { open }] of cells.entries()) open.attrSet('data-label', columns[index % columns.length] ?? '')
}

/** Returns the words of a cell, without what marks them up. */
function textOf(cell: Token | undefined): string {
  const words = (cell?.children ?? []).filter(({ type }) => type === 'text' || type === 'code_inline')
  return words.map(({ content }) => content).join('')
}

/** Returns the length of the longest word of code in a cell. */
function longestCodeOf(cell: Token | undefined): number {
  const codes = (cell?.children ?? []).filter(({ type }) => type === 'code_inline')
  return Math.max(0, ...codes.flatMap(({ content }) => content.split(/[\s-]/).map(({ length }) => length)))
}
