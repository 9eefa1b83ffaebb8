// @ts-check
import { runCommand } from './measure/command.mjs'
import { redisBatchBenchmark } from './redis/batch-benchmark.mjs'
import { redisMemoryBenchmark } from './redis/memory-benchmark.mjs'
import { redisReadsBenchmark } from './redis/reads-benchmark.mjs'
import { redisWritesBenchmark } from './redis/writes-benchmark.mjs'

runCommand({
  reads: redisReadsBenchmark,
  writes: redisWritesBenchmark,
  memory: redisMemoryBenchmark,
  batches: redisBatchBenchmark,
})
