// @ts-check
// What stands above a chart: its title, and what its marks mean.
import { colour, fontSize, titleSize } from '../theme.mjs'
import { wrapToWidth } from '../wrap.mjs'

/**
 * Returns the title of a chart, in as many lines as its frame needs.
 *
 * @param {string} title
 * @param {readonly string[]} notes
 * @param {number} width px
 */
export function headingOf(title, notes, width) {
  return {
    frame: 'bounds',
    text: wrapToWidth(title, width, titleSize, true),
    subtitle: notes.flatMap((note) => wrapToWidth(note, width, fontSize - 1)),
    subtitleColor: colour('muted'),
    subtitleFontSize: fontSize - 1,
    subtitleLineHeight: fontSize + 3,
    subtitlePadding: 6,
    offset: 10,
  }
}

/** Which marks are ours. */
export const kindsText = '● revoked · □ others'

/** @param {number} rounds */
export function spreadNote(rounds) {
  return rounds === 1 ? 'one round' : `median, and the lowest to the highest of ${rounds} rounds`
}

/**
 * Writes the name of a variant without what the caption says of all of them, which leaves room for
 * the figures. A number stays on the line of its unit.
 *
 * @param {string} label
 */
export function briefName(label) {
  return label.replace(/, (all of it )?seen before$/, '').replace(/(\d) (keys?)/, '$1\u00a0$2')
}
