// @ts-check

/** @type {import('../data.mjs').ChartSpec} */
export const writesChart = {
  name: 'writes',
  title: 'Revocations a second',
  form: 'rows',
  panels: [100, 500, 1].flatMap((batch) =>
    ['ioredis', 'node-redis'].map((client) => ({
      title: batch === 1 ? `${client}, 100 single ones at a time` : `${client}, batches of ${batch}`,
      benchmark: 'writes',
      metric: 'revocations',
      group: { client, batch },
    })),
  ),
  axis: 'revocations a second (more is better)',
  scale: 'linear',
  isOurs: (variant) => /^`(record|revoke)`/.test(variant),
  shows:
    'How many tokens one process revokes a second. Ours merges marks, advances the change log and publishes; a bare SET overwrites, and notifies nobody.',
  hides: 'It does not show a network, nor several processes that revoke at once.',
}
