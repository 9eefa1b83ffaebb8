// @ts-check

/** @typedef {import('../data.mjs').ChartSpec} ChartSpec */

const isOurs = (/** @type {string} */ variant) => /^(layered store|mirror|Redis store)/.test(variant)

/** @type {ChartSpec} */
export const roundTripsChart = {
  name: 'round-trips',
  title: 'Round-trips by the share of tokens seen before',
  form: 'rows',
  panels: [100, 99, 90, 50, 0].map((seen) => ({
    title: `${seen}% of the requests with a token seen before`,
    benchmark: 'hits',
    metric: 'round-trips',
    group: { seen, concurrency: 1 },
  })),
  axis: 'round-trips for 1,000 requests, one at a time',
  scale: 'linear',
  isOurs,
  shows: 'How many commands for reading the server gets for 1,000 requests, if a share of the tokens was seen before.',
  hides:
    'It does not show what follows the change log (a few small reads a second for each instance), nor concurrent checks, which share round-trips in our stores.',
}

/** @type {ChartSpec} */
export const zipfChart = {
  name: 'zipf',
  title: 'Reads of the server under a load with churn',
  form: 'rows',
  panels: [{ benchmark: 'zipf', metric: 'reads' }],
  axis: 'reads of the server for 1,000 requests (less is better)',
  scale: 'linear',
  isOurs,
  shows: 'Reads of Redis by four processes, with Zipf’s law over 100,000 tokens and 200 revocations a second in all.',
  hides:
    'It does not show the warm-up, which the LRU needs and the mirror does not, nor what the mirror takes of memory.',
}
