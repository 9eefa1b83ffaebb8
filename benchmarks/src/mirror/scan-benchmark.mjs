// @ts-check

const variant = 'mirror'
const sizes = [10_000, 100_000, 1_000_000]

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const mirrorScanBenchmark = {
  title: 'The first scan of a mirror',
  about: `An instance starts over a server with that many marks, of which 70% are of \`jti\`, 20% of \`sid\` and 10% of \`sub\`, with ids of
36 characters. It checks tokens one after the other, with a pause of 1 ms, until the mirror is live. Checks ask the server until then.
Bytes are those of the heap and of typed arrays, after \`gc()\`.`,
  rounds: 3,
  seconds: 70,
  packages: ['@revoked/core', '@revoked/store-layered', '@revoked/store-memory', '@revoked/store-redis', 'ioredis'],
  runs: sizes.map((marks) => ({
    variant,
    group: { marks },
    script: 'mirror/scan-round.mjs',
    args: [`--marks=${marks}`],
  })),
  metrics: [
    { metric: 'until every check is answered locally', unit: 's', digits: 2, read: ({ seconds }) => seconds },
    { metric: 'scan', unit: 's', digits: 2, read: ({ scanSeconds }) => scanSeconds },
    { metric: 'memory of the process per mark', unit: 'bytes', read: ({ bytesPerMark }) => bytesPerMark },
    { metric: 'processor time of the server', unit: 's', digits: 2, read: ({ serverCpuSeconds }) => serverCpuSeconds },
    { metric: 'sent by the server per mark', unit: 'bytes', read: ({ sentBytesPerMark }) => sentBytesPerMark },
    { metric: 'commands of the server', unit: 'commands', read: ({ commands }) => commands },
    { metric: 'event-loop delay, p99', unit: 'ms', digits: 1, read: ({ delayP99Ms }) => delayP99Ms },
    { metric: 'event-loop delay, longest', unit: 'ms', digits: 1, read: ({ longestDelayMs }) => longestDelayMs },
    { metric: 'checks answered meanwhile', unit: 'checks', read: ({ answered }) => answered },
    { metric: 'unavailable', unit: 'checks', read: ({ unavailable }) => unavailable },
    { metric: 'longest check meanwhile', unit: 'ms', digits: 1, read: ({ longestMs }) => longestMs },
  ],
  targets: {
    'no check becomes unavailable': (series) =>
      sizes.every((marks) => series.spread(variant, 'unavailable', { marks }).max === 0),
  },
}
