// @ts-check
// Revokes one token after the other, until another process, over the same server, refuses it.
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startRedis } from '@revoked/testing'
import { createPayload } from '../measure/tokens.mjs'
import { createLayered } from './revocation.mjs'

const warmUpCount = 100
const measuredCount = 500

const server = await startRedis()
const { revocation } = await createLayered(server.url)
const tokens = Array.from({ length: warmUpCount + measuredCount }, createPayload)

const path = fileURLToPath(new URL('spread-watcher.mjs', import.meta.url))
const watcher = fork(path, [server.url], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
const ready = once(watcher, 'message')
watcher.send(tokens)
await ready

/** Reads the monotonic clock of the system, which both processes share. */
const now = () => Number(process.hrtime.bigint()) / 1e6

/** @type {{ fromCall: number, fromAnswer: number }[]} */
const delays = []
for (const token of tokens) {
  const refused = once(watcher, 'message')
  const calledAt = now()
  await revocation.revoke({ token })
  const answeredAt = now()
  const [{ jti, refusedAt }] = await refused
  assert.equal(jti, token.jti)
  delays.push({ fromCall: refusedAt - calledAt, fromAnswer: refusedAt - answeredAt })
  await setTimeout(Math.random() * 4)
}
watcher.disconnect()
await server.stop()

/** @param {readonly number[]} values @param {number} share */
function percentile(values, share) {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1]
}

const measured = delays.slice(warmUpCount)
const fromCall = measured.map((delay) => delay.fromCall)
const fromAnswer = measured.map((delay) => delay.fromAnswer)
console.log(
  JSON.stringify({
    fromCall: { p50: percentile(fromCall, 0.5), p99: percentile(fromCall, 0.99), max: Math.max(...fromCall) },
    fromAnswer: { p50: percentile(fromAnswer, 0.5), p99: percentile(fromAnswer, 0.99), max: Math.max(...fromAnswer) },
    server: `${server.binary.kind} ${server.binary.version}`,
  }),
)
process.exit()
