// @ts-check
import { checkBenchmark } from './check/benchmark.mjs'
import { runCommand } from './measure/command.mjs'

runCommand({ check: checkBenchmark })
