import { describe, expect, it } from 'vitest'
import { wrapLines } from '../columns/wrap.mjs'
import { wrapSource } from '../columns/wrap-source.mjs'

function wrap(name: string, source: string, fill = false): string {
  const options = { width: 30, fill }
  return name.endsWith('.md') ? wrapLines(source.split('\n'), options).join('\n') : wrapSource(name, source, options)
}

describe('comments', () => {
  it('turns a docstring of one line into a block if it is too long', () => {
    expect(wrap('a.ts', '  /** Returns the sum of all of them. */\n  f()')).toBe(
      '  /**\n   * Returns the sum of all of\n   * them.\n   */\n  f()',
    )
  })

  it('joins and wraps a run of line comments', () => {
    expect(wrap('a.ts', '// One two three four five six seven\n// eight.\nf()')).toBe(
      '// One two three four five six\n// seven eight.\nf()',
    )
  })

  it('moves an overlong comment behind code to the line before', () => {
    expect(wrap('a.ts', '  f(1) // because the other one is taken')).toBe(
      '  // because the other one is\n  // taken\n  f(1)',
    )
  })

  it('keeps short paragraphs unless it fills', () => {
    const source = '// One.\n// Two.\nf()'
    expect(wrap('a.ts', source)).toBe(source)
    expect(wrap('a.ts', source, true)).toBe('// One. Two.\nf()')
  })

  it('leaves a figure and its markers in one line', () => {
    const source = 'Measured on <!--figure:a.source-->CPU, 2 cores, Node 20<!--/figure-->, with some more words.'
    const figure = 'on <!--figure:a.source-->CPU, 2 cores, Node 20<!--/figure-->,'
    expect(wrap('a.md', source)).toBe(`Measured\n${figure}\nwith some more words.`)
  })

  it('keeps tags apart, and indents what continues them', () => {
    const source = '/**\n * Does it.\n *\n * @param a the first of the two numbers\n * @throws TypeError\n */'
    expect(wrap('a.ts', source)).toBe(
      '/**\n * Does it.\n *\n * @param a the first of the\n *   two numbers\n * @throws TypeError\n */',
    )
  })

  it.each([
    ['examples', '/**\n * @example\n * const sum = add(first, second, third)\n */'],
    ['directives', '// biome-ignore lint/style/useConst: because it is so\nf()'],
    ['references', '/// <reference types="some/very/long/name" />'],
    ['drawings', '//  a ────▶ b ────▶ c ────▶ d ────▶ e\nf()'],
    ['text that looks like a comment', "const text = '// one two three four five six'"],
  ])('keeps %s', (_, source) => {
    expect(wrap('a.ts', source)).toBe(source)
  })
})

describe('Markdown', () => {
  it('indents what continues an item of a list', () => {
    expect(wrap('a.md', '- One two three four five six seven.\n- Short.')).toBe(
      '- One two three four five six\n  seven.\n- Short.',
    )
    expect(wrap('a.md', '10. One two three four five six.')).toBe('10. One two three four five\n    six.')
  })

  it('wraps quotes as quotes', () => {
    expect(wrap('a.md', '> One two three four five six seven.')).toBe('> One two three four five six\n> seven.')
  })

  it('begins no line with what would be read as a marker', () => {
    expect(wrap('a.md', 'One two three four five sixes - seven.')).toBe('One two three four five\nsixes - seven.')
    expect(wrap('a.md', 'One two three four five sixes 7. seven.')).toBe('One two three four five\nsixes 7. seven.')
  })

  it('cuts no span of code', () => {
    expect(wrap('a.md', 'One two three four (`five six seven`).')).toBe('One two three four\n(`five six seven`).')
  })

  it('keeps line breaks that Markdown keeps', () => {
    expect(wrap('a.md', 'One two three four five six seven.  \nEight.')).toBe(
      'One two three four five six\nseven.  \nEight.',
    )
  })

  it.each([
    ['tables', '| one two three | four five six seven |\n|---|---|'],
    ['fenced blocks', '```sh\nnpm install one two three four five\n```'],
    ['front matter', "---\n'@revoked/core': minor and some more\n---"],
    ['headings', '# One two three four five six seven'],
    ['definitions of links', '[docs]: https://example.com/one/two/three'],
  ])('keeps %s', (_, source) => {
    expect(wrap('a.md', source)).toBe(source)
  })
})
