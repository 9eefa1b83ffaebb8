// @ts-check

/** @typedef {import('../data.mjs').ChartSpec} ChartSpec */

const isOurs = (/** @type {string} */ variant) => /^(layered store|mirror|Redis store)/.test(variant)

/** @type {ChartSpec} */
export const roundTripsChart = {
  name: 'round-trips',
  title: 'Round-trips by the share of tokens seen before',
  form: 'multiples',
  panels: [{ benchmark: 'hits', metric: 'round-trips' }],
  along: { key: 'seen', title: '% of tokens seen before', scale: 'steps' },
  lines: {
    key: 'concurrency',
    label: (concurrency) => (concurrency === 1 ? 'one request at a time' : `${concurrency} at a time`),
  },
  axis: 'round-trips for 1,000 requests',
  scale: 'linear',
  isOurs,
  shows:
    'How many commands for reading the server gets for 1,000 requests, if a share of the tokens was seen before. The steps of that share are as wide as one another, so that the last ones can be told apart.',
  hides:
    'It does not show what follows the change log: a few small reads a second for each instance. Checks of our stores that are in flight at once share round-trips.',
}

/** @type {ChartSpec} */
export const localShareChart = {
  name: 'local-share',
  title: 'Keys answered without the server under a load with churn',
  form: 'rows',
  panels: [{ benchmark: 'zipf', metric: 'keys answered locally' }],
  axis: 'keys answered locally, % (more is better)',
  scale: 'linear',
  isOurs,
  shows:
    'The share of keys that four processes answer from their memory, with Zipf’s law over 100,000 tokens and 200 revocations a second in all.',
  hides:
    'It does not show the warm-up, which the LRU needs and the mirror does not, nor how stale an answer may be: 2 s at worst for each that keeps any.',
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
