// @ts-check

const record = '`record` of the store'
const revoke = '`revoke` of revoked'
const bare = 'SET PXAT, a command each'
const pipelined = 'SET PXAT, pipelined'

const loads = [
  { batch: 100, callers: 1 },
  { batch: 500, callers: 1 },
  { batch: 1, callers: 100 },
]
const clients = ['ioredis', 'node-redis']
const leastSpeed = 0.4

/**
 * Returns the arguments of each variant. Batches are pipelined by the peer itself, single writes by
 * the client: node-redis always does, ioredis if it is told to.
 *
 * @param {string} client
 * @param {number} batch
 */
function variantsOf(client, batch) {
  const pipelining = client === 'ioredis' && batch === 1 ? 'ioredis, autopipelining' : client
  return {
    [record]: [`--client=${client}`, '--variant=record'],
    [revoke]: [`--client=${client}`, '--variant=revoke'],
    [pipelined]: [`--client=${pipelining}`, '--variant=set'],
    ...(pipelining === client ? {} : { [bare]: [`--client=${client}`, '--variant=set'] }),
  }
}

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const redisWritesBenchmark = {
  title: 'Revocations over Redis, by client',
  about: `20,000 distinct tokens after 5,000 to warm up: so many callers, each of which writes its next batch after its last one.
\`record\` compares and swaps each in a script, which writes the change log and publishes (to no subscriber). Then there is a key for
every token.`,
  rounds: 3,
  seconds: 28,
  packages: ['@revoked/core', '@revoked/store-redis', 'ioredis', 'redis'],
  runs: clients.flatMap((client) =>
    loads.flatMap((load) =>
      Object.entries(variantsOf(client, load.batch)).map(([variant, args]) => ({
        variant,
        group: { client, ...load },
        script: 'redis/writes-round.mjs',
        args: [...args, `--batch=${load.batch}`, `--callers=${load.callers}`],
      })),
    ),
  ),
  metrics: [{ metric: 'revocations', unit: 'per second', read: ({ perSecond }) => perSecond }],
  targets: Object.fromEntries(
    clients.flatMap((client) =>
      loads.map((load) => [
        `${client}, batches of ${load.batch}: \`record\` at least ${leastSpeed} times the speed of ${pipelined}`,
        (series) => series.ratio('revocations', record, pipelined, { client, ...load }).median >= leastSpeed,
      ]),
    ),
  ),
}
