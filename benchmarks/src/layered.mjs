// @ts-check

import { layeredEntriesBenchmark } from './layered/entries-benchmark.mjs'
import { layeredHotBenchmark } from './layered/hot-benchmark.mjs'
import { layeredSpreadBenchmark } from './layered/spread-benchmark.mjs'
import { layeredZipfBenchmark } from './layered/zipf-benchmark.mjs'
import { runCommand } from './measure/command.mjs'

runCommand({
  hot: layeredHotBenchmark,
  zipf: layeredZipfBenchmark,
  spread: layeredSpreadBenchmark,
  entries: layeredEntriesBenchmark,
})
