// @ts-check
// Measures at the server what a number of instances cost, while nothing happens and while tokens
// are revoked.
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { createPayload } from '../measure/tokens.mjs'
import { variants } from './variants.mjs'

const { values } = parseArgs({
  options: {
    variant: { type: 'string', default: 'layered' },
    instances: { type: 'string', default: '10' },
    revocations: { type: 'string', default: '50' },
  },
})
const instances = Number(values.instances)
const revocationsPerSecond = Number(values.revocations)
const variant = variants[values.variant]
if (variant === undefined) throw new RangeError(`variant must be one of ${Object.keys(variants).join(', ')}.`)

const tokenCount = 2_000
const instancesPerProcess = 100
const settleMs = 2_000
const measuredMs = 3_000
/** What is due by then is revoked together, so that timers do not limit the rate. */
const pulseMs = 100

const server = await startRedis()
const observer = new Redis(server.url)
const tokens = Array.from({ length: tokenCount }, createPayload)
const writer = await variant.writer(server.url)
await writer.issue?.(tokens)

const path = fileURLToPath(new URL('instances.mjs', import.meta.url))
const children = Array.from({ length: Math.ceil(instances / instancesPerProcess) }, (_, index) => {
  const count = Math.min(instancesPerProcess, instances - index * instancesPerProcess)
  const child = fork(path, [server.url, values.variant, String(count)], {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  // It has written its error.
  child.once('exit', () => process.exit(1))
  return child
})

/** Sends a message to every process, and waits for the answers. @param {object} message */
function askAll(message) {
  return Promise.all(
    children.map(async (child) => {
      const answered = once(child, 'message')
      child.send(message)
      return (await answered)[0]
    }),
  )
}

await askAll({ tokens })
await setTimeout(settleMs)
const idle = await measure(async () => {})
/** @type {string[]} */
const revoked = []
const busy = await measure(async (seconds) => {
  const due = tokens.slice(revoked.length, Math.floor(seconds * revocationsPerSecond))
  revoked.push(...due.map(({ jti }) => jti))
  await Promise.all(due.map(writer.revoke))
})
await setTimeout(settleMs)
const served = await askAll({ revoked })
assert.deepEqual(new Set(served), new Set([0]), 'A revoked token is served.')

console.log(JSON.stringify({ parts: { idle: { ...idle, ...nameOfServer() }, busy: { ...busy, ...nameOfServer() } } }))
process.exit()

function nameOfServer() {
  return { instances, server: `${server.binary.kind} ${server.binary.version}` }
}

/**
 * Reads the counters of the server before and after some seconds.
 *
 * @param {(seconds: number) => Promise<void>} pulse called several times a second
 */
async function measure(pulse) {
  const before = await readCounters()
  for (let now = before.at; now < before.at + measuredMs; now = performance.now()) {
    await pulse((now - before.at) / 1_000)
    await setTimeout(pulseMs)
  }
  const after = await readCounters()
  const seconds = (after.at - before.at) / 1_000
  return {
    receivedKiB: (after.received - before.received) / 1_024 / seconds,
    sentKiB: (after.sent - before.sent) / 1_024 / seconds,
    commands: (after.commands - before.commands) / seconds,
    cpuShare: (after.cpuSeconds - before.cpuSeconds) / seconds,
  }
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
