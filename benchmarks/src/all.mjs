// @ts-check
import { checkBenchmark } from './check/benchmark.mjs'
import { eventLoopBenchmark } from './event-loop/benchmark.mjs'
import { fleetBenchmark } from './fleet/benchmark.mjs'
import { growthBenchmark } from './growth/benchmark.mjs'
import { hitsBenchmark } from './hits/benchmark.mjs'
import { httpBenchmarks } from './http/benchmark.mjs'
import { importBenchmark } from './import/benchmark.mjs'
import { latencyBenchmark } from './latency/benchmark.mjs'
import { layeredSpreadBenchmark } from './layered/spread-benchmark.mjs'
import { layeredZipfBenchmark } from './layered/zipf-benchmark.mjs'
import { runCommand } from './measure/command.mjs'
import { memoryBenchmark } from './memory/benchmark.mjs'
import { mirrorChecksBenchmark } from './mirror/checks-benchmark.mjs'
import { mirrorScanBenchmark } from './mirror/scan-benchmark.mjs'
import { postgresBenchmark } from './postgres/benchmark.mjs'
import { redisWritesBenchmark } from './redis/writes-benchmark.mjs'
import { sessionChecksBenchmark } from './sessions/checks-benchmark.mjs'
import { sessionListBenchmark } from './sessions/list-benchmark.mjs'
import { sqliteBenchmark } from './sqlite/benchmark.mjs'
import { stalenessBenchmark } from './staleness/benchmark.mjs'
import { telemetryBenchmark } from './telemetry/benchmark.mjs'

await runCommand({
  latency: latencyBenchmark,
  check: checkBenchmark,
  writes: redisWritesBenchmark,
  hits: hitsBenchmark,
  telemetry: telemetryBenchmark,
  memory: memoryBenchmark,
  zipf: layeredZipfBenchmark,
  spread: layeredSpreadBenchmark,
  scan: mirrorScanBenchmark,
  fresh: mirrorChecksBenchmark,
  staleness: stalenessBenchmark,
  fleet: fleetBenchmark,
  growth: growthBenchmark,
  'event-loop': eventLoopBenchmark,
  ...httpBenchmarks,
  listed: sessionChecksBenchmark,
  list: sessionListBenchmark,
  sqlite: sqliteBenchmark,
  postgres: postgresBenchmark,
  import: importBenchmark,
})
