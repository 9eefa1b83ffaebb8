// @ts-check
import { linkTo } from '../links.mjs'
import { isStore } from './ours.mjs'
import { stalenessChart } from './staleness.mjs'

/** @typedef {import('../data.mjs').ChartSpec} ChartSpec */

const along = { key: 'instances', title: 'instances' }
/** @param {string} metric */
const panelsOf = (metric) => [
  { title: 'Idle', benchmark: 'fleet', metric, group: { revocationsPerSecond: 0 } },
  { title: '50 revocations a second', benchmark: 'fleet', metric, group: { revocationsPerSecond: 50 } },
]
const bounds = `Neither has ${linkTo(stalenessChart, 'a bound under faults')}, which is what ours is for.`

/** @type {ChartSpec} */
export const fleetTrafficChart = {
  name: 'fleet-traffic',
  title: 'Traffic of one Redis by number of instances',
  form: 'lines',
  panels: panelsOf('traffic'),
  along,
  axis: 'sent and received, KiB a second',
  scale: 'log',
  isOurs: isStore,
  shows: `What the server sends and receives while instances do nothing, and while tokens are revoked. Idle, client-side caching and the bus win: they send next to nothing, while each layeredStore reads the change log a few times a second. With revocations, client-side caching still sends far less than layeredStore, because the server tells only those that have read the token. ${bounds}`,
  hides:
    'It does not show checks. Each instance knows a tenth of the tokens: if it knew all, client-side caching would send ten times as much.',
}

/** @type {ChartSpec} */
export const fleetProcessorChart = {
  name: 'fleet-processor',
  title: 'Processor time of one Redis by number of instances',
  form: 'lines',
  panels: panelsOf('processor time of the server'),
  along,
  axis: 'processor time of the server, % of a core',
  scale: 'linear',
  isOurs: isStore,
  shows: `How much of a core the server needs for the same instances. Client-side caching and the bus need less of it than layeredStore, idle and with revocations. ${bounds}`,
  hides: 'It does not show what the instances themselves need to receive each revocation.',
}
