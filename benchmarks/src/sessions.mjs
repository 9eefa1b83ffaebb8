// @ts-check
import { runCommand } from './measure/command.mjs'
import { sessionChecksBenchmark } from './sessions/checks-benchmark.mjs'
import { sessionListBenchmark } from './sessions/list-benchmark.mjs'
import { sessionMemoryBenchmark } from './sessions/memory-benchmark.mjs'

runCommand({ listed: sessionChecksBenchmark, list: sessionListBenchmark, 'session-memory': sessionMemoryBenchmark })
