// @ts-check
import { linkTo } from '../links.mjs'
import { freshChart } from './checks.mjs'
import { isStore } from './ours.mjs'

/** @type {import('../data.mjs').ChartSpec} */
export const growthChart = {
  name: 'growth',
  title: 'The time of a check by the number of marks',
  form: 'lines',
  panels: [{ benchmark: 'growth', metric: 'p50' }],
  along: { key: 'marks', title: 'marks' },
  axis: 'p50 of a check, µs',
  scale: 'log',
  isOurs: isStore,
  shows:
    'How the time of a check grows with the number of revocations that are live, in memory, in a mirror and on the server.',
  hides: `It does not show a network, which would move the line of the server up, nor ${linkTo(freshChart, 'tokens that were never seen before')}, which take longer. What grows is the time to read memory that the caches of the processor do not hold.`,
}
