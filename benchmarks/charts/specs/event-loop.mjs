// @ts-check
import { isStore } from './ours.mjs'

/** @param {string} event @param {string} title */
const panel = (event, title) => ({ title, benchmark: 'event-loop', metric: 'longest delay', group: { event } })

/** @type {import('../data.mjs').ChartSpec} */
export const eventLoopChart = {
  name: 'event-loop',
  title: 'The longest delay of the event loop',
  form: 'rows',
  panels: [
    panel('1,000,000 marks expire within a minute', '1,000,000 marks expire within a minute'),
    panel('1,000,000 marks expire on one instant', '1,000,000 marks expire on one instant'),
    panel('100,000 revocations at once', '100,000 revocations at once'),
  ],
  axis: 'longest delay, ms (each step is ten times the last; less is better)',
  scale: 'log',
  isOurs: isStore,
  shows:
    'How long other requests wait at worst while a process forgets what has expired, or revokes 100,000 subjects, or is told of them.',
  hides:
    'It does not show how long all of it takes: a loop over a Map is done first. Delays include what other processes took of the core.',
}
