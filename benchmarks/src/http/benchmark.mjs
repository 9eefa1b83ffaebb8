// @ts-check

/** @typedef {import('../measure/benchmark.mjs').Benchmark} Benchmark */

const layered = '`requireToken`, layered store over Redis'

/** The title of each variant. The speed of the others is relative to the first one. */
const variants = {
  verification: '`jwtVerify` of jose alone',
  again: 'the same once more',
  layered,
  cached: '`requireToken`, layered store, verified tokens cached',
  redis: '`requireToken`, Redis store',
  exists: '`jwtVerify`, then EXISTS',
  'fast-jwt': 'fast-jwt alone',
  'fast-jwt-cached': 'fast-jwt alone, verified tokens cached',
  sessions: 'opaque sessions, connect-redis',
}

const algorithms = ['HS256', 'ES256', 'EdDSA']

/** The least speed relative to verification alone: the target. */
const least = 0.95

const about = `Requests a second of a route that answers \`{ sub }\`, as far as 50 connections that are kept alive ask for them, each for
the next one when it has the answer to its last. 1,000 subjects at random; every answer is compared with the right one. The server, the
requests and Redis share the machine, each in a separate process. All variants are routes of one server process, on a port each, and take
turns of 40 ms, in an order drawn anew each time, 20 of each after 10 to warm up. A figure of a round is the median of its turns, but for
the latency: the p99 of all its requests. Relative figures are taken within a turn. The first variant runs twice: what is nearer to 1 than
the second one tells nothing.`

/** @type {Readonly<Record<string, Benchmark>>} */
export const httpBenchmarks = {
  express: httpBenchmark('express', ['express', 'express-session']),
  fastify: httpBenchmark('fastify', ['fastify', '@fastify/session']),
}

/**
 * @param {string} framework
 * @param {readonly string[]} packages
 * @returns {Benchmark}
 */
function httpBenchmark(framework, packages) {
  return {
    title: `The cost of a protected route in ${framework}`,
    about,
    rounds: 3,
    seconds: 45,
    packages: [
      '@revoked/core',
      '@revoked/http',
      '@revoked/jose',
      '@revoked/store-layered',
      '@revoked/store-redis',
      ...packages,
      'connect-redis',
      'fast-jwt',
      'ioredis',
      'jose',
      'redis',
    ],
    runs: algorithms.map((algorithm) => ({
      variant: 'server',
      group: { algorithm },
      script: 'http/round.mjs',
      args: [`--framework=${framework}`, `--algorithm=${algorithm}`, `--variants=${Object.keys(variants)}`],
      parts: Object.fromEntries(
        Object.entries(variants).map(([name, variant]) => [name, { variant, group: { algorithm } }]),
      ),
    })),
    metrics: [
      { metric: 'requests', unit: 'per second', read: ({ perSecond }) => perSecond },
      { metric: 'relative to verification alone', unit: 'times', digits: 2, read: ({ speed }) => speed },
      { metric: 'p99', unit: 'ms', digits: 1, read: ({ p99 }) => p99 },
      { metric: 'processor time of the server', unit: 'µs per request', read: ({ cpuMicros }) => cpuMicros },
      {
        metric: 'processor time of verification alone, relative to it',
        unit: 'times',
        digits: 2,
        read: ({ thrift }) => thrift,
      },
      {
        metric: 'keys answered locally',
        unit: '%',
        digits: 2,
        read: ({ localShare }) => (localShare === undefined ? undefined : localShare * 100),
      },
    ],
    targets: Object.fromEntries(
      algorithms.map((algorithm) => [
        `${algorithm}: over the layered store at least ${least} times the speed of verification alone`,
        (series) => series.spread(layered, 'relative to verification alone', { algorithm }).median >= least,
      ]),
    ),
  }
}
