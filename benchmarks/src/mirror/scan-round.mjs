// @ts-check
// Measures the first scan of a mirror, and the checks that are made meanwhile.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { processBytes } from '../measure/process-bytes.mjs'
import { createPayload } from '../measure/tokens.mjs'
import { createMirror, recordMarks, untilLive } from './remote.mjs'

const { values } = parseArgs({ options: { marks: { type: 'string', default: '10000' } } })
const marks = Number(values.marks)

const server = await startRedis()
const observer = new Redis(server.url)

/** @param {string} section @param {string} name */
async function info(section, name) {
  const text = await observer.info(section)
  return Number(new RegExp(`^${name}:(.*)$`, 'm').exec(text)?.[1])
}

async function serverLoad() {
  return {
    cpuSeconds: (await info('cpu', 'used_cpu_user')) + (await info('cpu', 'used_cpu_sys')),
    sentBytes: await info('stats', 'total_net_output_bytes'),
    commands: await info('stats', 'total_commands_processed'),
  }
}

// Warms up: the code is compiled, and the connections have their buffers.
const first = createMirror(server.url)
await recordMarks(first.remote, 5_000)
await untilLive(first.store)
await first.store.close()
await observer.flushall()
await recordMarks(first.remote, marks)

const tokens = Array.from({ length: 1_000 }, createPayload)
const bytesBefore = processBytes()
const loadBefore = await serverLoad()
// A chain of `setImmediate` would take most of the processor time.
const delays = monitorEventLoopDelay({ resolution: 1 })
delays.enable()
const startedAt = performance.now()
const { store, revocation } = createMirror(server.url)
const live = untilLive(store)
const checks = { answered: 0, unavailable: 0, longestMs: 0 }
for (let index = 0; store.status().state !== 'live'; index++) {
  const askedAt = performance.now()
  const { status } = await revocation.check(tokens[index % tokens.length] ?? {})
  checks.longestMs = Math.max(checks.longestMs, performance.now() - askedAt)
  if (status === 'active') checks.answered++
  else checks.unavailable++
  await setTimeout(1)
}
await live
const seconds = (performance.now() - startedAt) / 1_000
delays.disable()
const loadAfter = await serverLoad()
const { lastScan } = store.status()
if (store.status().marks < marks) throw new Error(`${store.status().marks} marks were mirrored.`)

console.log(
  JSON.stringify({
    seconds,
    scanSeconds: (lastScan?.durationMs ?? Number.NaN) / 1_000,
    bytesPerMark: (processBytes() - bytesBefore) / marks,
    serverCpuSeconds: loadAfter.cpuSeconds - loadBefore.cpuSeconds,
    sentBytesPerMark: (loadAfter.sentBytes - loadBefore.sentBytes) / marks,
    commands: loadAfter.commands - loadBefore.commands,
    delayP99Ms: delays.percentile(99) / 1e6,
    longestDelayMs: delays.max / 1e6,
    ...checks,
    server: `${server.binary.kind} ${server.binary.version}`,
  }),
)
await server.stop()
process.exit()
