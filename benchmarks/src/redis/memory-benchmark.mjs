// @ts-check

const mark = 'a mark of `revoke({ token })`'
const peer = '`SET blacklist:<jti> 1 EX 3600`'
const mostOfPeer = 1.5
const metrics = ['MEMORY USAGE of its key', 'share of used_memory']

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const redisMemoryBenchmark = {
  title: 'Memory of a revoked token in Redis',
  about: `\`MEMORY USAGE\` of 1,000 of 100,000 keys; and by how much \`used_memory\` grew with all of them, divided by their number: with the
index of expiries and what the allocator rounds up, without the change log. Ids are UUIDs.`,
  rounds: 3,
  seconds: 8,
  packages: ['@revoked/core', '@revoked/store-redis', 'ioredis'],
  runs: [
    { variant: mark, script: 'redis/memory-round.mjs', args: ['--variant=revoked'] },
    { variant: peer, script: 'redis/memory-round.mjs', args: ['--variant=blacklist'] },
  ],
  metrics: [
    { metric: 'MEMORY USAGE of its key', unit: 'bytes', read: ({ bytesPerKey }) => bytesPerKey },
    { metric: 'share of used_memory', unit: 'bytes', read: ({ bytesUsed }) => bytesUsed },
    { metric: 'an entry of the change log', unit: 'bytes', read: ({ bytesPerEntry }) => bytesPerEntry || undefined },
  ],
  targets: Object.fromEntries(
    metrics.map((metric) => [
      `${metric}: at most ${mostOfPeer} times the other's`,
      (series) => series.ratio(metric, mark, peer).median <= mostOfPeer,
    ]),
  ),
}
