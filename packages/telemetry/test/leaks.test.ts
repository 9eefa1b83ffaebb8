// Everything that is exported under a full run, over a real server that is killed in the end, is
// searched for ids, claims, tokens, digests and addresses.
import diagnostics from 'node:diagnostics_channel'
import { DiagLogLevel, diag } from '@opentelemetry/api'
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { type Claims, createRevocation, type Revocation } from '@revoked/core'
import { createTokenPairs } from '@revoked/jose'
import { createSessions } from '@revoked/sessions'
import { layeredStore } from '@revoked/store-layered'
import { redisSessions, redisStore } from '@revoked/store-redis'
import { eventually, type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import {
  observedRevocation,
  observedSessionStore,
  observedSessions,
  observedStore,
  refusalHooks,
} from '../src/index.ts'
import { leaksIn, secret, secretly } from './support/everything-secret.ts'
import { type Sdk, startSdk } from './support/start-sdk.ts'

/** What was published on channels and logged by OpenTelemetry during a test. */
const heard: unknown[] = []
const listen = (message: unknown) => void heard.push(message)
const channels = ['check', 'revocation', 'store', 'session'].map((name) => `revoked:${name}`)

function hearEverything(): void {
  for (const name of channels) diagnostics.subscribe(name, listen)
  const log = (...args: readonly unknown[]) => listen(args)
  const logger = { error: log, warn: log, info: log, debug: log, verbose: log }
  diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true })
  onTestFinished(() => {
    for (const name of channels) diagnostics.unsubscribe(name, listen)
    diag.disable()
  })
}

/** Starts a server with a secret password, and returns a client for it. */
async function startSecretRedis() {
  const server = await startRedis()
  onTestFinished(() => server.stop())
  await server.command('CONFIG', 'SET', 'requirepass', secretly('password'))
  return server
}

async function connect({ port }: RedisServer, password = secretly('password')): Promise<Redis> {
  const url = `redis://default:${password}@127.0.0.1:${port}`
  const client = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0, lazyConnect: true })
  client.on('error', () => undefined)
  onTestFinished(() => client.disconnect())
  await client.connect().catch(() => undefined)
  return client
}

const claims = {
  sub: secretly('subject'),
  sid: secretly('session'),
  jti: secretly('jti'),
  client_id: secretly('client'),
  iat: Math.floor(Date.now() / 1_000) - 60,
  exp: Math.floor(Date.now() / 1_000) + 900,
}
const signed = { reason: secretly('reason'), actor: secretly('actor') }

/** Builds everything that is observed, over one client. */
async function application(client: Redis, sdk: Sdk, hashIds: boolean) {
  const { into } = sdk
  const remote = observedStore(redisStore(client, { hashIds }), { ...into, name: 'redis' })
  const store = observedStore(layeredStore(remote, { maxStaleness: '100ms', timeout: '300ms' }), into)
  onTestFinished(() => store.close())
  const options = { maxTokenLifetime: '1h', claims: ['client_id'], timeout: '500ms' } as const
  const revocation = observedRevocation(createRevocation({ store, ...options }), { ...into, reasons: ['banned'] })
  const list = observedSessionStore(redisSessions(client, { hashSubjects: hashIds }), into)
  const times = { idleTimeout: '30m', absoluteLifetime: '30d', timeout: '500ms' } as const
  const sessions = observedSessions(createSessions({ store: list, revocation, ...times }), {
    ...into,
    countOpen: () => Promise.reject(new Error(secret)),
  })
  return { remote, store, revocation, sessions, hooks: refusalHooks(into) }
}

async function refused(calls: readonly Promise<unknown>[]): Promise<readonly unknown[]> {
  const settled = await Promise.allSettled(calls)
  return settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
}

/** Uses a refresh token twice, and returns the tokens that were issued. */
async function reuse(revocation: Revocation): Promise<readonly string[]> {
  const tokens = createTokenPairs({
    revocation,
    issuer: `https://${secret}.example`,
    audience: secretly('audience'),
    algorithms: ['HS256'],
    keys: { secret: crypto.getRandomValues(new Uint8Array(32)) },
    refresh: { lifetime: '1h' },
  })
  const pair = await tokens.issuePair({ sub: secretly('other-subject') })
  const next = await tokens.rotate(pair.refreshToken)
  await expect(tokens.rotate(pair.refreshToken)).rejects.toMatchObject({ code: 'ERR_REFRESH_REUSED' })
  return [pair.accessToken, pair.refreshToken, next.accessToken, next.refreshToken]
}

/** Does everything that can be done while the server answers. Returns errors and tokens. */
async function use({ revocation, sessions }: Awaited<ReturnType<typeof application>>) {
  await revocation.check(claims)
  await revocation.check(claims)
  await revocation.revoke({ token: claims }, signed)
  await revocation.revoke([{ jti: claims.jti, ofSubject: claims.sub }, { session: claims.sid }], signed)
  await revocation.revoke({ subject: claims.sub }, { ...signed, except: claims })
  await revocation.revoke({ claim: 'client_id', value: claims.client_id }, { reason: 'banned' })
  await revocation.reinstate([{ subject: claims.sub }], { actor: secretly('actor') })
  const { sub, client_id } = claims
  const tooLong = { ...claims, exp: claims.exp + 90_000 }
  const unknown = { [secret]: secret } as never
  const errors = await refused([
    ...[claims, { ...claims, jti: 'b' }, { sub, client_id, jti: 'c', iat: claims.iat, exp: claims.exp }].map(
      (one: Claims) => revocation.assertActive(one),
    ),
    revocation.assertActive(tooLong),
    revocation.assertActive({ ...claims, jti: secret.repeat(200) }),
    revocation.revoke({ subject: secret.repeat(200) }),
    revocation.revoke(unknown),
    revocation.revoke({ subject: sub }, { reason: secret.repeat(20) }),
    revocation.check(claims, unknown),
    sessions.open({ subject: '' }),
    sessions.close(sub, secret.repeat(200)),
  ])
  // Others than were revoked just now: their logins need not wait for the next second.
  const [subject, other] = [secretly('third'), secretly('fourth')]
  const { id } = await sessions.open({ subject, device: secretly('device') })
  await sessions.touch(subject, id)
  await sessions.close(subject, id, signed)
  await sessions.open({ subject: other })
  await sessions.closeAll(other, signed)
  return { errors, tokens: [...(await reuse(revocation)), id] }
}

/** Does what fails without a server. */
async function fail({ revocation, sessions, remote }: Awaited<ReturnType<typeof application>>) {
  return await refused([
    revocation.assertActive({ ...claims, jti: secretly('another') }),
    revocation.revoke({ subject: claims.sub }, signed),
    revocation.reinstate({ subject: claims.sub }),
    sessions.open({ subject: claims.sub }),
    sessions.closeAll(claims.sub, signed),
    Promise.resolve(remote.find([{ scope: 'sub', value: claims.sub }])),
    remote.read(0),
  ])
}

/** Returns everything that left the process. */
async function exportsOf(sdk: Sdk): Promise<unknown> {
  const metrics = await sdk.resourceMetrics()
  return [await sdk.everything(), new PrometheusSerializer().serialize(metrics), heard]
}

/** Does everything, and searches what was exported. */
async function expectSilence(hashIds: boolean): Promise<void> {
  const sdk = startSdk()
  const server = await startSecretRedis()
  const app = await application(await connect(server), sdk, hashIds)
  await eventually(() => app.store.status().state === 'live', 'the cache is live')
  const { errors, tokens } = await use(app)
  const stranger = await application(await connect(server, secretly('wrong')), sdk, hashIds)
  const strangers = await fail(stranger)
  server.kill('SIGKILL')
  await eventually(() => app.store.status().state === 'stale', 'the cache is cut off')
  const outages = await fail(app)
  for (const error of [...errors, ...strangers, ...outages]) {
    app.hooks.onRefused(error)
    app.hooks.onUnavailable(error)
  }

  expect(errors.length).toBeGreaterThan(8)
  expect([strangers.length, outages.length]).toEqual([7, 7])
  const keys = Object.entries(claims).map(([scope, value]) => ({ scope, value: String(value) }))
  const names = hashIds ? keys.slice(0, 4).map((key) => app.remote.logKey(key).value) : []
  const forbidden = { port: server.port, names, tokens }
  expect(leaksIn(await exportsOf(sdk), forbidden)).toEqual([])

  // What is exported is not empty, and what the search must find, it finds.
  const types = new Set(sdk.spans().map(({ attributes }) => attributes['error.type']))
  expect([...types]).toEqual(
    expect.arrayContaining(['WRONGPASS', 'ECONNREFUSED', 'ERR_REVOCATION_UNAVAILABLE', 'RangeError']),
  )
  expect(heard.length).toBeGreaterThan(20)
  for (const leak of [claims.sub, `127.0.0.1:${server.port}`, ...names, ...tokens]) {
    sdk.into.tracer.startSpan('leak', { attributes: { leak } }).end()
    expect(leaksIn(await exportsOf(sdk), forbidden)).not.toEqual([])
    sdk.forgetSpans()
  }
}

test('no export has an id, a claim, a token or an address, with and without hashIds', async () => {
  hearEverything()
  await Promise.all([expectSilence(false), expectSilence(true)])
})
