import { type Html, html } from './html.ts'

const words = new Intl.RelativeTimeFormat('en', { numeric: 'always' })
const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/** Renders an instant relative to now, such as "5 minutes ago", with the exact one as a title. */
export function inWords(instant: number, now: number = Date.now()): Html {
  const exact = new Date(instant).toISOString()
  const title = `${exact.slice(0, 10)} ${exact.slice(11, 16)} UTC`
  return html`<time datetime="${exact}" title="${title}">${relative(instant - now)}</time>`
}

function relative(ms: number): string {
  const [unit, size] = units.find(([, length]) => Math.abs(ms) >= length) ?? []
  if (unit !== undefined && size !== undefined) return words.format(Math.round(ms / size), unit)
  return ms > 0 ? 'in less than a minute' : 'just now'
}
