// A run of everything that is observed, with ids, claims and addresses that must not be exported.
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { type Claims, createRevocation, type FollowableStore, type Revocation } from '@revoked/core'
import type { SessionStore } from '@revoked/core/sessions'
import { createTokenPairs } from '@revoked/jose'
import { createSessions } from '@revoked/sessions'
import { layeredStore, mirroredStore } from '@revoked/store-layered'
import { memoryStore } from '@revoked/store-memory'
import { eventually } from '@revoked/testing'
import { expect, onTestFinished } from 'vitest'
import {
  observedRevocation,
  observedSessionStore,
  observedSessions,
  observedStore,
  refusalHooks,
} from '../../src/index.ts'
import { ids, leaksIn, secret, secretly } from './everything-secret.ts'
import { type Sdk, startSdk } from './start-sdk.ts'

/** How an application uses a store. */
export type Shape = 'plain' | 'layered' | 'mirrored'

/** Stores on a server or in a file of their own, which can be made to fail. */
export interface LeakPlace {
  readonly store: FollowableStore
  readonly list: SessionStore
  /** Where it is: no export may say so. */
  readonly addresses: readonly string[]
  /** Makes every call fail for good. */
  readonly break: () => unknown
  /** The same stores, over clients that cannot log in. */
  readonly locked?: Pick<LeakPlace, 'store' | 'list'>
  /** Begins a transaction of the caller. */
  readonly begin?: () => Promise<{ readonly transaction: unknown; readonly commit: () => Promise<unknown> }>
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
const lease = { maxStaleness: '100ms', timeout: '300ms' } as const

/** Builds everything that is observed, over one place. */
function application({ store, list }: Pick<LeakPlace, 'store' | 'list'>, { into }: Sdk, shape: Shape) {
  const remote = observedStore(store, { ...into, name: 'remote' })
  const cache =
    shape === 'layered'
      ? observedStore(layeredStore(remote, lease), into)
      : observedStore(mirroredStore(remote, { ...lease, local: () => memoryStore() }), into)
  onTestFinished(() => cache.close())
  const options = { maxTokenLifetime: '1h', claims: ['client_id'], timeout: '500ms' } as const
  const created = createRevocation({ store: shape === 'plain' ? remote : cache, ...options })
  const revocation = observedRevocation(created, { ...into, reasons: ['banned'] })
  const times = { idleTimeout: '30m', absoluteLifetime: '30d', timeout: '500ms' } as const
  const observedList = observedSessionStore(list, into)
  const sessions = observedSessions(createSessions({ store: observedList, revocation, ...times }), {
    ...into,
    countOpen: () => Promise.reject(new Error(secret)),
  })
  return { remote, revocation, sessions, hooks: refusalHooks(into), state: () => cache.status().state }
}

type Application = ReturnType<typeof application>

async function refused(...calls: readonly (() => unknown)[]): Promise<readonly unknown[]> {
  const settled = await Promise.allSettled(calls.map(async (call) => await call()))
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

/** Does what only a transactional store can. Returns the id of a session. */
async function useTransaction({ revocation, sessions }: Application, begin: NonNullable<LeakPlace['begin']>) {
  const { transaction, commit } = await begin()
  const [marks, list] = [revocation.within(transaction), sessions.within(transaction)]
  await marks.revoke({ claim: 'client_id', value: secretly('fifth') }, signed)
  const { id } = await list.open({ subject: secretly('fifth') })
  await commit()
  await Promise.all([marks.afterCommit(), list.afterCommit()])
  return id
}

/** Does everything that can be done while the store answers. Returns errors, and ids of tokens. */
async function use({ revocation, sessions }: Application) {
  await revocation.check(claims)
  await revocation.check(claims)
  await revocation.revoke({ subject: claims.sub }, { ...signed, dryRun: true })
  await revocation.revoke({ token: claims }, signed)
  await revocation.revoke([{ jti: claims.jti, ofSubject: claims.sub }, { session: claims.sid }], signed)
  await revocation.revoke({ subject: claims.sub }, { ...signed, except: claims })
  await revocation.revoke({ claim: 'client_id', value: claims.client_id }, { reason: 'banned' })
  await revocation.reinstate([{ subject: claims.sub }], { actor: secretly('actor') })
  await revocation.check(claims, { mode: 'observe' })
  await revocation.explain({ token: claims })
  await revocation.once(secretly('nonce'), { until: Date.now() + 60_000 })
  const { sub, client_id, iat, exp } = claims
  const unknown = { [secret]: secret } as never
  const checks = [
    claims,
    { ...claims, jti: 'b' },
    { sub, client_id, jti: 'c', iat, exp },
    { ...claims, exp: exp + 90_000 },
    { ...claims, jti: secret.repeat(200) },
  ]
  const errors = await refused(
    ...checks.map((one: Claims) => () => revocation.assertActive(one)),
    () => revocation.revoke({ subject: secret.repeat(200) }),
    () => revocation.revoke(unknown),
    () => revocation.revoke({ subject: sub }, { reason: secret.repeat(20) }),
    () => revocation.check(claims, unknown),
    () => revocation.once(secret.repeat(200), { until: Date.now() + 60_000 }),
    () => sessions.open({ subject: '' }),
    () => sessions.close(sub, secret.repeat(200)),
  )
  // Others than were revoked just now: their logins need not wait for the next second.
  const [subject, other] = [secretly('third'), secretly('fourth')]
  const { id } = await sessions.open({ subject, device: secretly('device') })
  await sessions.touch(subject, id)
  await sessions.close(subject, id, signed)
  await sessions.open({ subject: other })
  await sessions.closeAll(other, { ...signed, dryRun: true })
  await sessions.closeAll(other, signed)
  return { errors, tokens: [...(await reuse(revocation)), id] }
}

/** Does what fails without a store. */
async function fail({ revocation, sessions, remote }: Application) {
  return await refused(
    () => revocation.assertActive({ ...claims, jti: secretly('another') }),
    () => revocation.revoke({ subject: claims.sub }, signed),
    () => revocation.reinstate({ subject: claims.sub }),
    () => sessions.open({ subject: claims.sub }),
    () => sessions.closeAll(claims.sub, signed),
    () => remote.find([{ scope: 'sub', value: claims.sub }]),
    () => remote.read(0),
  )
}

/** Returns everything that was exported. */
export async function exportsOf(sdk: Sdk, heard: readonly unknown[]): Promise<unknown> {
  const metrics = await sdk.resourceMetrics()
  return [await sdk.everything(), new PrometheusSerializer().serialize(metrics), heard]
}

/** What a run is made over. */
export interface LeakRun {
  readonly place: LeakPlace
  readonly shape: Shape
  readonly hashIds: boolean
  readonly heard: readonly unknown[]
  /** The words that name its failures. */
  readonly types: readonly string[]
}

/** Does everything, and searches what was exported. */
export async function expectSilence({ place, shape, hashIds, heard, types }: LeakRun): Promise<void> {
  const sdk = startSdk()
  const app = application(place, sdk, shape)
  await eventually(() => app.state() === 'live', 'the cache is live')
  const { errors, tokens } = await use(app)
  const sessionIds = shape === 'plain' && place.begin !== undefined ? [await useTransaction(app, place.begin)] : []
  const locked = place.locked === undefined ? undefined : await fail(application(place.locked, sdk, shape))
  await place.break()
  await eventually(() => app.state() !== 'live', 'the cache is cut off')
  const outages = await fail(app)
  for (const error of [...errors, ...(locked ?? []), ...outages]) {
    app.hooks.onRefused(error)
    app.hooks.onUnavailable(error)
  }

  expect(errors.length).toBeGreaterThan(9)
  expect([locked?.length ?? 7, outages.length]).toEqual([7, 7])
  const keys = ids.flatMap((value) => ['sub', 'sid', 'jti', 'client_id'].map((scope) => ({ scope, value })))
  const names = hashIds ? [...new Set(keys.map((key) => place.store.logKey(key).value))] : []
  const forbidden = { addresses: place.addresses, names, tokens: [...tokens, ...sessionIds] }
  expect(leaksIn(await exportsOf(sdk, heard), forbidden)).toEqual([])

  // What is exported is not empty, and what the search must find, it finds.
  const found = new Set(sdk.spans().map(({ attributes }) => attributes['error.type']))
  expect([...found]).toEqual(expect.arrayContaining([...types, 'RangeError']))
  expect(heard.length).toBeGreaterThan(20)
  for (const leak of [claims.sub, ...place.addresses, ...names, ...forbidden.tokens])
    expect({ leak, found: leaksIn([{ leak }], forbidden) }).not.toEqual({ leak, found: [] })
  sdk.into.tracer.startSpan('leak', { attributes: { leak: claims.sub } }).end()
  expect(leaksIn(await exportsOf(sdk, heard), forbidden)).not.toEqual([])
}
