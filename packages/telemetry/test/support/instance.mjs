// An instance of a service, as a process: it checks, revokes and lists sessions over a Redis, and
// is read by Prometheus. The parent sends 'reuse' for a refresh token that is used twice, and
// 'everything' for a revocation of all tokens.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import { metrics } from '@opentelemetry/api'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { createRevocation, refusalOf } from '@revoked/core'
import { createTokenPairs } from '@revoked/jose'
import { createSessions } from '@revoked/sessions'
import { layeredStore, mirroredStore } from '@revoked/store-layered'
import { memoryStore } from '@revoked/store-memory'
import { redisSessions, redisStore } from '@revoked/store-redis'
import {
  observedRevocation,
  observedSessionStore,
  observedSessions,
  observedStore,
  refusalHooks,
} from '@revoked/telemetry'
import { Redis } from 'ioredis'

const { values } = parseArgs({ options: { redis: { type: 'string' }, store: { type: 'string' } } })

const exporter = new PrometheusExporter({ preventServerStart: true })
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [exporter] }))

const client = new Redis(Number(values.redis), { enableOfflineQueue: false, maxRetriesPerRequest: 1 })
client.on('error', () => undefined)
const remote = observedStore(redisStore(client), { name: 'redis' })
const local = () => memoryStore({ logLength: 1 })
const store = observedStore(values.store === 'mirror' ? mirroredStore(remote, { local }) : layeredStore(remote))
const revocation = observedRevocation(createRevocation({ store, maxTokenLifetime: '1h' }), { reasons: ['banned'] })
const list = observedSessionStore(redisSessions(client))
const sessions = observedSessions(
  createSessions({ store: list, revocation, idleTimeout: '30m', absoluteLifetime: '30d', timeout: '500ms' }),
  { countOpen: () => opened.length },
)
const tokens = createTokenPairs({
  revocation,
  issuer: 'https://login.example',
  audience: 'api',
  algorithms: ['HS256'],
  keys: { secret: crypto.getRandomValues(new Uint8Array(32)) },
  refresh: { lifetime: '1h' },
})
const { onRefused } = refusalHooks()
/** @type {string[]} */
const opened = []

const claims = (/** @type {string} */ jti) => {
  const iat = Math.floor(Date.now() / 1_000)
  return { sub: 'ada', sid: 'of-ada', jti, iat, exp: iat + 900 }
}
// Everything fails while Redis is frozen.
const ignore = () => undefined

async function serve() {
  revocation.check(claims('hot')).catch(ignore)
  revocation.check(claims(randomUUID())).catch(ignore)
  revocation.assertActive(claims('banned')).catch(onRefused)
  observeOnly().catch(ignore)
}

/** As a guard does in the mode `observe`. */
async function observeOnly() {
  const refusal = refusalOf(await revocation.check(claims('banned'), { mode: 'observe' }))
  if (refusal !== undefined) onRefused(refusal, undefined, { refused: false })
}

async function login() {
  const { id } = await sessions.open({ subject: randomUUID() })
  opened.push(id)
  const subject = randomUUID()
  const other = await sessions.open({ subject })
  await sessions.close(subject, other.id, { reason: 'banned' })
}

async function ban() {
  await revocation.revoke({ jti: 'banned', ofSubject: 'ada' }, { reason: 'banned' })
  await revocation.reinstate({ session: 'of-nobody' })
  await revocation.once('nonce', { until: Date.now() + 60_000 })
}

async function reuse() {
  const { refreshToken } = await tokens.issuePair({ sub: 'grace' })
  await tokens.rotate(refreshToken)
  await tokens.rotate(refreshToken).catch(ignore)
}

setInterval(serve, 25)
setInterval(() => login().catch(ignore), 250)
setInterval(() => ban().catch(ignore), 250)
process.on('message', (message) => {
  if (message === 'reuse') reuse().catch(ignore)
  if (message === 'everything') revocation.revoke({ everything: true }).catch(ignore)
})
process.on('disconnect', () => process.exit())

const server = createServer((request, response) => exporter.getMetricsRequestHandler(request, response))
server.listen(0, '127.0.0.1', () => process.send?.(server.address()))
