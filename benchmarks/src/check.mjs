// @ts-check
import { checkBenchmark } from './check-benchmark.mjs'
import { runCommand } from './command.mjs'

runCommand({ check: checkBenchmark })
