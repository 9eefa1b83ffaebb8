// Makes text that comes from data safe to read: names, reasons and ids may contain anything.

/**
 * Characters that are not seen, or that change how their neighbours look: controls, bidi, joiners,
 * tags, private use, lone surrogates, unusual spaces, selectors of variants, fillers and blanks.
 */
const hidden = /\p{C}|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}|\u2800|\u{1D159}|(?! )\p{Zs}/u
const longest = 200
/** Codes in a row beyond these are counted. */
const mostCodes = 8
/** Marks that are stacked on a letter beyond these would cover other lines. */
const mostMarks = 4

const codeOf = (character) => `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`

/**
 * Returns the parts of a text: runs of what is seen, and codes of what is not. Cut if it is long.
 */
function partsOf(text) {
  const characters = [...String(text)]
  const parts = []
  let marks = 0
  let codes = 0
  for (const [index, character] of characters.slice(0, longest).entries()) {
    // A space at an end is not seen, and makes another id.
    const isEdge = character === ' ' && (index === 0 || index === characters.length - 1)
    marks = /\p{M}/u.test(character) ? marks + 1 : 0
    const last = parts.at(-1)
    const isHidden = isEdge || hidden.test(character) || marks > mostMarks
    codes = isHidden ? codes + 1 : 0
    if (codes > mostCodes + 1) last.code = `+${codes - mostCodes}`
    else if (codes > mostCodes) parts.push({ code: '+1' })
    else if (isHidden) parts.push({ code: codeOf(character) })
    else if (last?.run === undefined) parts.push({ run: character })
    else last.run += character
  }
  return { parts, length: characters.length }
}

/** Returns the text with its hidden characters named, cut if it is long. For attributes. */
export function plain(text) {
  const { parts, length } = partsOf(text)
  return parts.map(({ run, code }) => run ?? `[${code}]`).join('') + (length > longest ? '…' : '')
}

/** Returns the text as an element that is isolated from the text around it. */
export function value(text) {
  const { parts, length } = partsOf(text)
  const element = document.createElement('bdi')
  element.className = 'value'
  const add = (className, shown) => {
    const span = document.createElement('span')
    span.className = className
    span.textContent = shown
    element.append(span)
  }
  for (const { run, code } of parts) {
    if (run === undefined) add('hidden-character', code)
    else element.append(document.createTextNode(run))
  }
  if (length > longest) add('more', ` … (${length.toLocaleString('en')} characters)`)
  return element
}

const words = new Intl.RelativeTimeFormat('en', { numeric: 'always' })
const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** Returns an instant relative to now, such as "5 minutes ago", with the exact one as a title. */
export function instant(ms, now = Date.now()) {
  const element = document.createElement('time')
  const date = new Date(ms)
  if (Number.isNaN(date.getTime())) return value(ms)
  const exact = date.toISOString()
  element.setAttribute('datetime', exact)
  element.setAttribute('title', `${exact.slice(0, 10)} ${exact.slice(11, 19)} UTC`)
  element.textContent = relative(ms - now)
  return element
}

/** Writes all instants of the page again: they are relative to now. */
export function refreshInstants(now = Date.now()) {
  for (const element of document.querySelectorAll('#content time'))
    element.textContent = relative(Date.parse(element.getAttribute('datetime')) - now)
}

function relative(ms) {
  const [unit, size] = units.find(([, length]) => Math.abs(ms) >= length) ?? []
  if (unit !== undefined) return words.format(Math.round(ms / size), unit)
  return ms > 0 ? 'in less than a minute' : 'just now'
}

/** Returns a duration such as "2 s" or "12 h". */
export function duration(ms) {
  if (ms < 1_000) return `${Number(ms.toPrecision(2))} ms`
  const [unit, size] = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1_000],
  ].find(([, length]) => ms >= length)
  return `${Number((ms / size).toPrecision(3))} ${unit}`
}
