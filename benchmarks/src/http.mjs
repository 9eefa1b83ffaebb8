// @ts-check
import { runCommand } from './command.mjs'
import { httpBenchmarks } from './http-benchmark.mjs'

runCommand(httpBenchmarks)
