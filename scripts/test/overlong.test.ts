import { expect, it } from 'vitest'
import { overlongLines } from '../columns/overlong.mjs'
import { longTitles } from '../columns/titles.mjs'

const words = 'word '.repeat(21).trim()

it('reports overlong comments by line, wherever they stand', () => {
  const source = [
    `// ${words}`,
    'const a = 1 // short',
    `const b = 2 // ${words}`,
    '/**',
    ` * ${words}`,
    ' */',
    `/** ${words} */`,
    `const text = '// ${words}'`,
    `const long = ${'1 + '.repeat(40)} 1`,
  ]
  expect(overlongLines('a.ts', source.join('\n'))).toEqual([1, 3, 5, 7])
})

it('counts the indentation of a comment', () => {
  const fitting = `${'x'.repeat(60)} ${'y'.repeat(36)}`
  expect(overlongLines('a.ts', `// ${fitting}`)).toEqual([])
  expect(overlongLines('a.ts', `  // ${fitting}`)).toEqual([1])
})

it('reports overlong paragraphs, list items, quotes and headings of Markdown', () => {
  const source = [words, '', `- ${words}`, '', `> ${words}`, '', `# ${words}`]
  expect(overlongLines('a.md', source.join('\n'))).toEqual([1, 3, 5, 7])
})

it.each([
  ['a table', `| ${words} | ${words} |`],
  ['a fenced block', `\`\`\`sh\n${words}\n\`\`\``],
  ['an indented block', `\n    ${words}`],
  ['an address', `See https://example.com/${'a'.repeat(100)}`],
  ['a definition of a link', `[docs]: https://example.com/${'a'.repeat(100)}`],
  ['one long span of code', `\`${words}\``],
])('allows %s in Markdown', (_, source) => {
  expect(overlongLines('a.md', source)).toEqual([])
})

it('does not count a figure that a script writes', () => {
  const figure = `<!--figure:a-->${words}<!--/figure-->`
  expect(overlongLines('a.md', `one ${figure} two`)).toEqual([])
  expect(overlongLines('a.md', `${words} ${figure}`)).toEqual([1])
})

it('allows examples in docstrings', () => {
  const source = ['/**', ' * Does it.', ' *', ' * @example', ` * call('${words}', 2)`, ' */']
  expect(overlongLines('a.ts', source.join('\n'))).toEqual([])
})

it('reports titles of tests that are longer than the limit', () => {
  const title = 'a'.repeat(101)
  const source = [`it('short', run)`, `it('${title}', run)`, `it.each([1])('${title}', run)`, `call('${title}')`]
  expect(longTitles('a.test.ts', source.join('\n'), 100)).toEqual([2, 3])
})
