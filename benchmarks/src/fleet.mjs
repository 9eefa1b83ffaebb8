// @ts-check
import { fleetBenchmark } from './fleet/benchmark.mjs'
import { runCommand } from './measure/command.mjs'

runCommand({ fleet: fleetBenchmark })
