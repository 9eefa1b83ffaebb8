// @ts-check

/** @type {import('../data.mjs').ChartSpec} */
export const sessionsChart = {
  name: 'allowlist',
  title: 'Checks a second with a list of sessions',
  form: 'rows',
  panels: [64, 1].flatMap((concurrency) =>
    ['ioredis', 'node-redis'].map((client) => ({
      title: `${client}, ${concurrency === 1 ? 'one at a time' : `${concurrency} at a time`}`,
      benchmark: 'listed',
      metric: 'checks',
      group: { client, concurrency },
    })),
  ),
  axis: 'checks a second (each step of the axis is ten times the last)',
  scale: 'log',
  isOurs: (variant) => /^`(check|find)`/.test(variant),
  shows:
    'Checks a second if only registered sessions pass. A check of ours looks up four ids and the session; jwt-redis and the bare GET look up one label, which says neither whose it is nor anything about it.',
  hides:
    'It does not show the signature, which all of them verify besides, nor a network: client, server and load share two cores.',
}
