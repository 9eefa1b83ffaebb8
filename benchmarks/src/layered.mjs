// @ts-check
import { runCommand } from './command.mjs'
import { layeredEntriesBenchmark } from './layered-entries-benchmark.mjs'
import { layeredHotBenchmark } from './layered-hot-benchmark.mjs'
import { layeredSpreadBenchmark } from './layered-spread-benchmark.mjs'
import { layeredZipfBenchmark } from './layered-zipf-benchmark.mjs'

runCommand({
  hot: layeredHotBenchmark,
  zipf: layeredZipfBenchmark,
  spread: layeredSpreadBenchmark,
  entries: layeredEntriesBenchmark,
})
