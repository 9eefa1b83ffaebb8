// @ts-check
import { isStore } from './ours.mjs'

const metric = 'longest time served as valid'
const panel = (/** @type {string} */ fault, /** @type {string} */ title) => ({
  title,
  benchmark: 'staleness',
  metric,
  group: { fault },
})

/** @type {import('../data.mjs').ChartSpec} */
export const stalenessChart = {
  name: 'staleness',
  title: 'How long a revoked token is still served as valid',
  form: 'rows',
  panels: [
    panel('none', 'Without a fault'),
    panel('pushes cut, and refused', 'Subscription cut, and refused'),
    panel('pushes frozen', 'Subscription frozen, its socket open'),
    panel('all sockets half-open', 'All sockets half-open'),
    panel('server restarted', 'Server restarted'),
  ],
  axis: 'longest of 20 tokens, in ms (4,000: still served when the watch ended)',
  scale: 'linear',
  isOurs: isStore,
  bound: { at: 2_000, text: 'our bound' },
  shows:
    'The longest time from the acknowledged revocation to the last check that accepted the token, in another process that answers from its memory.',
  hides:
    'It does not show what an outage costs: node-redis without its connection answers no check at all, and Redis asked in every check is never stale.',
}
