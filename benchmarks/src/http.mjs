// @ts-check

import { httpBenchmarks } from './http/benchmark.mjs'
import { runCommand } from './measure/command.mjs'

runCommand(httpBenchmarks)
