/** Tables of the documents: each column has a name, which screen readers announce with a cell. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { documentsOf } from '../figures/documents.mjs'

const root = join(import.meta.dirname, '../..')

/** Returns the numbers of the lines that are headers of tables with a column without a name. */
function namelessHeaders(markdown: string): number[] {
  const lines = markdown.split('\n')
  return lines.flatMap((line, index) =>
    /^\|(\s*:?-+:?\s*\|)+$/.test(lines[index + 1] ?? '') && /\|\s*\|/.test(line) ? [index + 1] : [],
  )
}

test('every column of a table has a name', () => {
  const found = documentsOf(root).flatMap((file) =>
    namelessHeaders(readFileSync(join(root, file), 'utf8')).map((line) => `${file}:${line}`),
  )
  expect(found).toEqual([])
})

test('a header with an empty cell is found, and an empty cell of a row is not', () => {
  expect(namelessHeaders('text\n\n| | b |\n|---|:-:|\n| a | |')).toEqual([3])
  expect(namelessHeaders('| a | b |\n|---|---:|\n| | 1 |')).toEqual([])
})
