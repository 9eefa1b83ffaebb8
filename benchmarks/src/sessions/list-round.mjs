// @ts-check
// Lists the 1,000 sessions of a subject, over a separate server.
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { redisSessions } from '@revoked/store-redis'
import { createId } from '../measure/tokens.mjs'
import { withRedis } from '../redis/connection.mjs'
import { sessionOf } from './session.mjs'

const { values } = parseArgs({ options: { client: { type: 'string', default: 'ioredis' } } })

const result = await withRedis(values.client, async ({ client }) => {
  const store = redisSessions(client)
  await Promise.all(Array.from({ length: 1_000 }, () => store.open(sessionOf({ sub: 'ada', sid: createId() }))))
  const times = []
  for (let run = 0; run < 120; run++) {
    const startedAt = performance.now()
    const { length } = await store.list('ada')
    times.push(performance.now() - startedAt)
    if (length !== 1_000) throw new Error(`${length} sessions were listed.`)
  }
  const measured = times.slice(20).sort((a, b) => a - b)
  return { medianMs: measured[50] ?? Number.NaN, maxMs: measured.at(-1) ?? Number.NaN }
})
console.log(JSON.stringify(result))
