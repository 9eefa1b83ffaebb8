// @ts-check

const mark = 'a mark of `revoke({ token })`'
const peer = '`SET blacklist:<jti> 1 EX 3600`'
const label = 'a label of jwt-redis'
const session = 'a session of `redisSessions`'
const cache = 'an absence in the cache of `layeredStore`'
const mostOfPeer = 1.5
const mostEntries = 100_000

const inRedis = { of: 'a revoked token, in Redis' }
const inProcess = { of: 'a revoked token, in the process' }
const cached = { of: 'a token that is known, in the process' }
const sizesOfSubjects = [1, 3]

const inMemory = {
  'a mark of `memoryStore`': 'memory',
  'a bare `Map`': 'map',
  '`lru-cache` with a TTL': 'lru',
  'express-jwt-blacklist, in memory': 'blacklist',
}
const sessions = {
  [session]: 'session',
  'a raw token in a sorted set of its subject': 'token',
  'a session of connect-redis': 'connect-redis',
  [label]: 'label',
}

/** @param {number} each */
const ofSession = (each) => ({ of: `a session, ${each} of a subject, in Redis` })

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const memoryBenchmark = {
  title: 'Memory of revoked tokens and of sessions',
  about: `Ids are UUIDs. In Redis: by how much \`used_memory\` grew with 100,000 keys or 60,000 sessions, divided by their number: with the
index of expiries and what the allocator rounds up, without the change log; MEMORY USAGE is of 1,000 of the keys. In the process: the heap
and typed arrays after \`gc()\`, with ids. A session has 114 bytes of text. A raw token (HS256, 333 characters) is what many applications
keep in \`ZADD sessions:<sub> <exp> <token>\`. A label of jwt-redis says neither whose it is nor anything about it, and cannot be listed.
An absence is one of 300,001 of 100,000 tokens; then a flood of 300,000 random \`jti\` may evict no subject.`,
  rounds: 3,
  seconds: 55,
  packages: [
    '@revoked/core',
    '@revoked/store-layered',
    '@revoked/store-memory',
    '@revoked/store-redis',
    'connect-redis',
    'express-jwt-blacklist',
    'express-session',
    'ioredis',
    'lru-cache',
  ],
  runs: [
    { variant: mark, group: inRedis, script: 'memory/redis-round.mjs', args: ['--variant=revoked'] },
    { variant: peer, group: inRedis, script: 'memory/redis-round.mjs', args: ['--variant=blacklist'] },
    ...Object.entries(inMemory).map(([variant, name]) => ({
      variant,
      group: inProcess,
      script: 'memory/process-round.mjs',
      args: [`--variant=${name}`],
    })),
    { variant: cache, group: cached, script: 'memory/cache-round.mjs' },
    ...sizesOfSubjects.flatMap((each) =>
      Object.entries(sessions).map(([variant, name]) => ({
        variant,
        group: ofSession(each),
        script: 'memory/sessions-round.mjs',
        args: [`--variant=${name}`, `--each=${each}`],
      })),
    ),
  ],
  metrics: [
    { metric: 'memory', unit: 'bytes', read: ({ bytesUsed }) => bytesUsed },
    { metric: 'MEMORY USAGE of its key', unit: 'bytes', read: ({ bytesPerKey }) => bytesPerKey },
    { metric: 'an entry of the change log', unit: 'bytes', read: ({ bytesPerEntry }) => bytesPerEntry || undefined },
    { metric: 'memory after the flood', unit: 'bytes', read: ({ bytesAfterFlood }) => bytesAfterFlood },
    { metric: 'entries of `jti` after the flood', unit: 'entries', read: ({ idsAfterFlood }) => idsAfterFlood },
    { metric: 'subjects asked for again', unit: 'subjects', read: ({ subjectsAsked }) => subjectsAsked },
  ],
  targets: {
    ...Object.fromEntries(
      ['MEMORY USAGE of its key', 'memory'].map((metric) => [
        `${metric}: at most ${mostOfPeer} times that of ${peer}`,
        (/** @type {import('../measure/series.mjs').SeriesReader} */ series) =>
          series.ratio(metric, mark, peer, inRedis).median <= mostOfPeer,
      ]),
    ),
    'a flood of ids fills its own scope, and no more': (series) => {
      const { min, max } = series.spread(cache, 'entries of `jti` after the flood', cached)
      return min === mostEntries && max === mostEntries
    },
    'a flood of ids evicts no subject': (series) => series.spread(cache, 'subjects asked for again', cached).max === 0,
  },
}
