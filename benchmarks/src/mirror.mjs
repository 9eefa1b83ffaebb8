// @ts-check
import { runCommand } from './measure/command.mjs'
import { mirrorChecksBenchmark } from './mirror/checks-benchmark.mjs'
import { mirrorScanBenchmark } from './mirror/scan-benchmark.mjs'

runCommand({ scan: mirrorScanBenchmark, fresh: mirrorChecksBenchmark })
