// @ts-check

/** @typedef {import('../data.mjs').ChartSpec} ChartSpec */

const isGuard = (/** @type {string} */ variant) => variant.startsWith('`requireToken`')

/** @param {'express' | 'fastify'} benchmark @param {string} name @returns {ChartSpec} */
const chartOf = (benchmark, name) => ({
  name: `route-${benchmark}`,
  title: `What a protected route of ${name} costs`,
  form: 'rows',
  panels: ['HS256', 'ES256', 'EdDSA'].map((algorithm) => ({
    title: algorithm,
    benchmark,
    metric: 'processor time of the server',
    group: { algorithm },
  })),
  axis: 'processor time of the server, µs a request (less is better)',
  scale: 'linear',
  isOurs: isGuard,
  shows:
    'The processor time of a route that verifies a token (or reads an opaque session) and answers, by the algorithm of the signature. Each request has one of 1,000 valid tokens at random, most of which have been seen before, and 50 are in flight at once.',
  hides:
    'It does not show waiting for a server that is far away, nor the processor time of Redis, which runs on the same machine. So the layered store may cost as much here as the Redis store, which shares a round-trip among the requests that are in flight: what the layered store saves is round-trips. Verification alone and fast-jwt refuse no revoked token.',
})

export const expressChart = chartOf('express', 'Express')
export const fastifyChart = chartOf('fastify', 'Fastify')
