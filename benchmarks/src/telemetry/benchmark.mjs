// @ts-check

const plain = '`check` over `layeredStore`'
const again = 'the same, once more'
const withoutSdk = 'observed, without an SDK'
const withSdk = 'observed, with an SDK'
const variants = { [plain]: 'plain', [again]: 'plain', [withoutSdk]: 'observed', [withSdk]: 'observed, SDK' }

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const telemetryBenchmark = {
  title: 'Checks that are observed',
  about: `1,000 tokens in rotation, none of them revoked, all of whose keys are in the local cache. \`observedStore\` is around the cache, and
\`observedRevocation\` around what \`createRevocation\` returns. The SDK has the exporter for Prometheus. Each variant has a process, and they take
turns of 10,000 checks in a random order: processor time, the median turn, and the median of its ratio to the first one of the same turn.`,
  rounds: 9,
  seconds: 12,
  packages: [
    '@opentelemetry/api',
    '@opentelemetry/exporter-prometheus',
    '@opentelemetry/sdk-metrics',
    '@revoked/core',
    '@revoked/store-layered',
    '@revoked/store-memory',
    '@revoked/telemetry',
  ],
  runs: [
    {
      variant: plain,
      script: 'telemetry/round.mjs',
      args: [`--variants=${JSON.stringify(Object.values(variants))}`],
      parts: Object.fromEntries(Object.keys(variants).map((variant, index) => [index, { variant }])),
    },
  ],
  metrics: [
    { metric: 'time per check', unit: 'ns', read: ({ ns }) => ns },
    { metric: 'cost', unit: 'times', digits: 3, read: ({ cost }) => cost },
  ],
  targets: {
    'without an SDK, no more than two processes without any differ': (series) =>
      series.spread(withoutSdk, 'cost').median <= series.spread(again, 'cost').max,
    'with an SDK, at most 10% more': (series) => series.spread(withSdk, 'cost').median <= 1.1,
  },
}
