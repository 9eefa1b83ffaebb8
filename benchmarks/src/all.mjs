// @ts-check
import { checkBenchmark } from './check/benchmark.mjs'
import { fleetBenchmark } from './fleet/benchmark.mjs'
import { hitsBenchmark } from './hits/benchmark.mjs'
import { httpBenchmarks } from './http/benchmark.mjs'
import { latencyBenchmark } from './latency/benchmark.mjs'
import { layeredEntriesBenchmark } from './layered/entries-benchmark.mjs'
import { layeredSpreadBenchmark } from './layered/spread-benchmark.mjs'
import { layeredZipfBenchmark } from './layered/zipf-benchmark.mjs'
import { runCommand } from './measure/command.mjs'
import { mirrorChecksBenchmark } from './mirror/checks-benchmark.mjs'
import { mirrorScanBenchmark } from './mirror/scan-benchmark.mjs'
import { redisBatchBenchmark } from './redis/batch-benchmark.mjs'
import { redisMemoryBenchmark } from './redis/memory-benchmark.mjs'
import { redisWritesBenchmark } from './redis/writes-benchmark.mjs'
import { sessionChecksBenchmark } from './sessions/checks-benchmark.mjs'
import { sessionListBenchmark } from './sessions/list-benchmark.mjs'
import { sessionMemoryBenchmark } from './sessions/memory-benchmark.mjs'
import { stalenessBenchmark } from './staleness/benchmark.mjs'
import { sweepBenchmark } from './sweep/benchmark.mjs'

await runCommand({
  latency: latencyBenchmark,
  check: checkBenchmark,
  sweep: sweepBenchmark,
  writes: redisWritesBenchmark,
  memory: redisMemoryBenchmark,
  batches: redisBatchBenchmark,
  hits: hitsBenchmark,
  zipf: layeredZipfBenchmark,
  spread: layeredSpreadBenchmark,
  entries: layeredEntriesBenchmark,
  scan: mirrorScanBenchmark,
  fresh: mirrorChecksBenchmark,
  staleness: stalenessBenchmark,
  fleet: fleetBenchmark,
  ...httpBenchmarks,
  listed: sessionChecksBenchmark,
  list: sessionListBenchmark,
  'session-memory': sessionMemoryBenchmark,
})
