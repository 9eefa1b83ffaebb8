// Reads and fills the markers of figures in Markdown, which neither GitHub nor VitePress shows:
// `<!--figure:fleet.idle-->0.40 KiB/s<!--/figure-->`. A marker has no spaces, so that no line is
// broken in it. A table stands on the lines between its markers. Code is left as it is.

const block = /^ {0,3}(?<fence>```+|~~~+)[^\n]*\n[\s\S]*?^ {0,3}\k<fence>/
const span = /`[^`\n]+`/
const marker = /<!--figure:(?<name>[^\s>]+)-->[\s\S]*?<!--\/figure-->/
const pattern = new RegExp([block, marker, span].map(({ source }) => source).join('|'), 'gm')
const anyMarker = /<!--\s*\/?figure\b[^>]*-->/g

/**
 * Returns the text with each figure replaced. `replace` gets the marker and all between it and its
 * end, and the name. Code is replaced by what `code` returns.
 *
 * @param {string} text
 * @param {(found: string, name: string) => string} replace
 * @param {(found: string) => string} code
 */
function replaceFigures(text, replace, code) {
  return text.replace(pattern, (found, ...rest) => {
    const { name } = rest.at(-1)
    return name === undefined ? code(found) : replace(found, name)
  })
}

/**
 * Returns the text with all figures written anew.
 *
 * @param {string} text
 * @param {(name: string) => string} textOf a figure
 */
export function fillFigures(text, textOf) {
  const fill = (/** @type {string} */ _, /** @type {string} */ name) => {
    const value = textOf(name)
    const inner = value.includes('\n') ? `\n${value}\n` : value
    return `<!--figure:${name}-->${inner}<!--/figure-->`
  }
  return replaceFigures(text, fill, (code) => code)
}

/**
 * Returns the names of the figures of each section, which is what stands between two headings.
 *
 * @param {string} text
 * @returns {string[][]}
 */
export function figuresOfSections(text) {
  /** @type {string[][]} */
  const sections = [[]]
  const named = (/** @type {string} */ _, /** @type {string} */ name) => `\n\0${name}\n`
  for (const line of replaceFigures(text, named, () => '').split('\n')) {
    if (/^#{1,6} /.test(line)) sections.push([])
    if (line.startsWith('\0')) sections.at(-1)?.push(line.slice(1))
  }
  return sections.filter((names) => names.length > 0)
}

/** Returns the text without figures, markers and code, on as many lines. @param {string} text */
export function withoutFigures(text) {
  const keepLines = (/** @type {string} */ removed) => removed.replace(/[^\n]/g, '')
  return replaceFigures(text, keepLines, keepLines)
}

/** Returns what is wrong with the markers of a text, in sentences. @param {string} text */
export function problemsOfMarkers(text) {
  const left = withoutFigures(text).match(anyMarker) ?? []
  const prose = replaceFigures(
    text,
    (found) => found,
    () => '',
  )
  // Markdown reads a line that begins with a comment as HTML.
  const atStart = [...prose.matchAll(/^ *<!--figure:([^\s>]+)-->(?=\S)/gm)]
  return [
    ...left.map((found) => `${found} has no counterpart.`),
    ...atStart.map(([, name]) => `A line begins with the figure ${name}.`),
  ]
}
