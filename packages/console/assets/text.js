// Makes text that comes from data safe to read: names, reasons and ids may contain anything.

/**
 * Characters that are not seen, or that change how their neighbours look: controls, bidi, joiners,
 * tags, private use, lone surrogates, unusual spaces and fillers.
 */
const hidden = /\p{C}|\p{Zl}|\p{Zp}|\u034F|\u115F|\u1160|\u3164|\uFFA0|\u2800|(?! )\p{Zs}/u
const longest = 200

const codeOf = (character) => `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`

/** Returns the text with its hidden characters named, cut if it is long. For attributes. */
export function plain(text) {
  const characters = [...String(text)]
  const shown = characters.slice(0, longest).map((one) => (hidden.test(one) ? `[${codeOf(one)}]` : one))
  return shown.join('') + (characters.length > longest ? '…' : '')
}

/** Returns the text as an element that is isolated from the text around it. */
export function value(text) {
  const element = document.createElement('bdi')
  element.className = 'value'
  const characters = [...String(text)]
  let run = ''
  const flush = () => {
    if (run !== '') element.append(document.createTextNode(run))
    run = ''
  }
  for (const character of characters.slice(0, longest)) {
    if (!hidden.test(character)) {
      run += character
      continue
    }
    flush()
    const code = document.createElement('span')
    code.className = 'hidden-character'
    code.textContent = codeOf(character)
    element.append(code)
  }
  flush()
  if (characters.length > longest) {
    const more = document.createElement('span')
    more.className = 'more'
    more.textContent = ` … (${characters.length.toLocaleString('en')} characters)`
    element.append(more)
  }
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
