// @ts-check
import { runCommand } from './measure/command.mjs'
import { sweepBenchmark } from './sweep/benchmark.mjs'

runCommand({ sweep: sweepBenchmark })
