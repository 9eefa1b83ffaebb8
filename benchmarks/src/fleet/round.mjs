// @ts-check
// Measures at the server what a number of instances cost.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { createLayered } from '../layered/revocation.mjs'

const { values } = parseArgs({ options: { instances: { type: 'string' }, revocations: { type: 'string' } } })
const instances = Number(values.instances)
const revocationsPerSecond = Number(values.revocations)

const instancesPerProcess = 100
const settleMs = 3_000
const measuredMs = 10_000
/**
 * The revocations of a tenth of a second are sent together, so that timers do not limit the rate.
 */
const pulsesPerSecond = 10

const server = await startRedis()
const observer = new Redis(server.url)
const path = fileURLToPath(new URL('instances.mjs', import.meta.url))
for (let started = 0; started < instances; started += instancesPerProcess) {
  const count = Math.min(instancesPerProcess, instances - started)
  const child = fork(path, [server.url, String(count)], {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  await once(child, 'message')
}
const revoker = revocationsPerSecond === 0 ? undefined : (await createLayered(server.url)).revocation
await setTimeout(settleMs)

const before = await readCounters()
const end = performance.now() + measuredMs
while (performance.now() < end) {
  await revoke(revocationsPerSecond / pulsesPerSecond)
  await setTimeout(1_000 / pulsesPerSecond)
}
const after = await readCounters()
const seconds = (after.at - before.at) / 1_000

console.log(
  JSON.stringify({
    instances,
    revocations: revocationsPerSecond,
    receivedKiB: (after.received - before.received) / 1_024 / seconds,
    sentKiB: (after.sent - before.sent) / 1_024 / seconds,
    commands: (after.commands - before.commands) / seconds,
    cpuShare: (after.cpuSeconds - before.cpuSeconds) / seconds,
    server: `${server.binary.kind} ${server.binary.version}`,
  }),
)
process.exit()

/** Revokes that many random tokens. @param {number} count */
async function revoke(count) {
  const exp = Math.floor(Date.now() / 1_000) + 900
  const targets = Array.from({ length: count }, () => ({ token: { jti: crypto.randomUUID(), exp } }))
  if (targets.length > 0) await Promise.all(targets.map((target) => revoker?.revoke(target)))
}

async function readCounters() {
  const info = `${await observer.info('stats')}\n${await observer.info('cpu')}`
  /** @param {string} name */
  const read = (name) => Number(new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1])
  return {
    at: performance.now(),
    received: read('total_net_input_bytes'),
    sent: read('total_net_output_bytes'),
    commands: read('total_commands_processed'),
    cpuSeconds: read('used_cpu_user') + read('used_cpu_sys'),
  }
}
