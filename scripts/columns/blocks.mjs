// Cuts the prose of Markdown, or of a comment, into paragraphs that may be wrapped and lines that
// may not.

/**
 * Consecutive lines of one kind. `first` and `rest` are the prefixes of a paragraph's first line
 * and of the lines after it, such as `- ` and two spaces.
 *
 * @typedef {{ kind: 'prose' | 'kept', from: number, lines: string[], first: string, rest: string,
 *   mark: string }} Block
 */

const fence = /^[\s>]*(```+|~~~+)/
const item = /^(\s*)([-*+]|\d{1,3}[.)]) +(\[[ x]\] +)?/
const tag = /^\s*@[a-zA-Z]/
/** Headings, tables, rules, HTML, link definitions, and directives of tools. */
const kept =
  /^\s*(#{1,6} |\||(-{3,}|\*{3,}|_{3,}|={3,})\s*$|<[!/a-zA-Z]|\[[^\]]+\]: |\[!|(@ts-|biome-ignore|eslint-|#region|#endregion))/
/** Drawings and columns that are aligned by hand. */
const drawn = /[─│┌┐└┘├┤═║▶◀→]{2}|\S {3,}\S/

/**
 * Returns the blocks of `lines`. In a comment (`jsdoc`), tags begin paragraphs and what follows
 * `@example` is kept.
 *
 * @param {readonly string[]} lines
 * @param {{ jsdoc: boolean }} options
 * @returns {Block[]}
 */
export function blocksOf(lines, { jsdoc }) {
  /** @type {Block[]} */
  const blocks = []
  const state = { fence: '', example: false, matter: !jsdoc && lines[0] === '---', quote: '', list: 0 }
  lines.forEach((line, from) => {
    if (isVerbatim(line, from, state, jsdoc)) blocks.push(keep(line, from))
    else append(blocks, line, from, state, jsdoc)
  })
  for (const block of blocks) if (block.kind === 'prose' && isDrawn(block)) block.kind = 'kept'
  return blocks
}

/** Returns whether the lines of a paragraph are laid out by hand. */
function isDrawn({ lines, first }) {
  if (lines.some((line) => drawn.test(line.trim()))) return true
  const isPlain = first.trim() === '' && !tag.test(lines[0] ?? '')
  return isPlain && lines.some((line) => /^ */.exec(line)[0].length >= first.length + 2)
}

function isVerbatim(line, from, state, jsdoc) {
  if (state.matter) {
    if (from > 0 && line === '---') state.matter = false
    return true
  }
  const mark = fence.exec(line)?.[1]
  if (mark !== undefined) {
    if (state.fence === '') state.fence = mark
    else if (mark.startsWith(state.fence)) state.fence = ''
    return true
  }
  if (state.fence !== '') return true
  if (jsdoc && tag.test(line)) state.example = /^\s*@example\b/.test(line)
  return state.example
}

/** Adds a line to the paragraph before it, or begins a paragraph. */
function append(blocks, line, from, state, jsdoc) {
  const quote = /^(\s*>)+ ?/.exec(line)?.[0] ?? ''
  const text = line.slice(quote.length)
  if (text.trim() === '') {
    blocks.push(keep(line, from))
    return
  }
  const previous = blocks.at(-1)
  const open = previous?.kind === 'prose' && previous.mark === quote && !endsHard(previous.lines.at(-1) ?? '')
  const marker = item.exec(text)
  if (kept.test(text)) blocks.push(keep(line, from))
  else if (marker) {
    const width = marker[0].length - (marker[3]?.length ?? 0)
    state.list = width
    blocks.push(prose(line, from, quote, marker[0], ' '.repeat(width)))
  } else if (jsdoc && tag.test(text)) blocks.push(prose(line, from, quote, '', '  '))
  else if (open) previous.lines.push(line)
  else begin(blocks, line, from, quote, text, state, jsdoc)
}

/** Begins a paragraph that no marker announces: of a list item, or code by its indentation. */
function begin(blocks, line, from, quote, text, state, jsdoc) {
  const indent = /^ */.exec(text)?.[0] ?? ''
  if (indent === '') state.list = 0
  const isCode =
    indent.length >= (state.list === 0 ? 4 : state.list + 4) || (jsdoc && state.list === 0 && indent.length >= 2)
  blocks.push(isCode ? keep(line, from) : prose(line, from, quote, indent, indent))
}

/** Returns whether a line ends with a line break that Markdown keeps. */
function endsHard(line) {
  return line.endsWith('  ') || line.endsWith('\\')
}

function keep(line, from) {
  return { kind: 'kept', from, lines: [line], first: '', rest: '', mark: '' }
}

function prose(line, from, quote, first, rest) {
  return { kind: 'prose', from, lines: [line], first: quote + first, rest: quote + rest, mark: quote }
}
