// @ts-check

const variant = 'layered store'
const maxEntries = 100_000

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const layeredEntriesBenchmark = {
  title: 'Memory of the local cache, and a flood of ids',
  about: `100,000 tokens of which nothing is revoked, each with distinct ids, in a local cache of 100,000 entries for each scope.
Bytes are those of the heap and of typed arrays, after \`gc()\`, less what they were before the store was created. Then 1,000 subjects,
and a flood of 300,000 random \`jti\`; after which the subjects must still be answered locally.`,
  rounds: 3,
  seconds: 9,
  packages: ['@revoked/core', '@revoked/store-layered', '@revoked/store-redis', 'ioredis'],
  runs: [{ variant, script: 'layered/entries-round.mjs' }],
  metrics: [
    { metric: 'an absence, id included', unit: 'bytes', read: ({ bytesPerEntry }) => bytesPerEntry },
    { metric: 'an absence after the flood', unit: 'bytes', read: ({ bytesAfterFlood }) => bytesAfterFlood },
    { metric: 'entries', unit: 'entries', read: ({ entriesFull }) => entriesFull },
    { metric: 'entries of `jti` after the flood', unit: 'entries', read: ({ idsAfterFlood }) => idsAfterFlood },
    { metric: 'subjects asked for again', unit: 'subjects', read: ({ subjectsAsked }) => subjectsAsked },
  ],
  targets: {
    'a flood of ids fills its own scope, and no more': (series) => {
      const { min, max } = series.spread(variant, 'entries of `jti` after the flood')
      return min === maxEntries && max === maxEntries
    },
    'a flood of ids evicts no subject': (series) => series.spread(variant, 'subjects asked for again').max === 0,
  },
}
