// @ts-check
import { runCommand } from './command.mjs'
import { sweepBenchmark } from './sweep-benchmark.mjs'

runCommand({ sweep: sweepBenchmark })
