// @ts-check
// Revokes many subjects, in one call or in calls of 1,000, while tokens are checked.
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createRevocation } from '@revoked/core'
import { redisStore } from '@revoked/store-redis'
import { startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { createPayload } from '../measure/tokens.mjs'

const { values } = parseArgs({ options: { subjects: { type: 'string' }, perCall: { type: 'string' } } })
const subjects = Number(values.subjects)
const perCall = Number(values.perCall)

const server = await startRedis()
const revocation = createRevocation({ store: redisStore(new Redis(server.url)), maxTokenLifetime: '24h' })
const token = createPayload()
await revocation.check(token)

const targets = Array.from({ length: subjects }, (_, index) => ({ subject: `user-${index}-${crypto.randomUUID()}` }))
let isOver = false
const checking = checkUntilOver()
const startedAt = performance.now()
for (let start = 0; start < subjects; start += perCall) await revocation.revoke(targets.slice(start, start + perCall))
const seconds = (performance.now() - startedAt) / 1_000
isOver = true

console.log(JSON.stringify({ seconds, ...(await checking), server: `${server.binary.kind} ${server.binary.version}` }))
process.exit()

/** Checks one token after the other. Each one is a round-trip. */
async function checkUntilOver() {
  let checks = 0
  let unavailable = 0
  let slowestMs = 0
  while (!isOver) {
    const checkedAt = performance.now()
    const { status } = await revocation.check(token)
    slowestMs = Math.max(slowestMs, performance.now() - checkedAt)
    checks++
    if (status === 'unavailable') unavailable++
    await setTimeout(10)
  }
  return { checks, unavailable, slowestMs }
}
