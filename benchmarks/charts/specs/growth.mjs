// @ts-check
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
  hides:
    'It does not show a network, which would move the line of the server up. The rest of the growth is that of a Map, whose entries miss the caches of the processor.',
}
