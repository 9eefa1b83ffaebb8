// @ts-check
import { checkBenchmark } from './check-benchmark.mjs'
import { runCommand } from './command.mjs'
import { sweepBenchmark } from './sweep-benchmark.mjs'

runCommand({ check: checkBenchmark, sweep: sweepBenchmark })
