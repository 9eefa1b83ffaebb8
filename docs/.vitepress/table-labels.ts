/** Names each cell of a table after its column, so that a phone can show a row as a list. */
import type { MarkdownRenderer } from 'vitepress'

type Token = ReturnType<MarkdownRenderer['parse']>[number]

/** A longer word of code, such as the name of an error, would be cut in a column of a phone. */
const longestCode = 13

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
  if (columns.length < 3 && !table.some(hasLongCode)) return
  table[0]?.attrJoin('class', 'listed-on-phones')
  const cells = table.filter(({ type }) => type === 'td_open')
  for (const [index, cell] of cells.entries()) cell.attrSet('data-label', columns[index % columns.length] ?? '')
}

/** Returns the words of a cell, without what marks them up. */
function textOf(cell: Token | undefined): string {
  const words = (cell?.children ?? []).filter(({ type }) => type === 'text' || type === 'code_inline')
  return words.map(({ content }) => content).join('')
}

/** Returns whether a cell has a word of code that no column of a phone has room for. */
function hasLongCode({ children }: Token): boolean {
  const codes = (children ?? []).filter(({ type }) => type === 'code_inline')
  return codes.some(({ content }) => content.split(/[\s-]/).some(({ length }) => length > longestCode))
}
