import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { createRevocation, type Key, type RevocationStore, refusalOf } from '@revoked/core'
import { createSessions } from '@revoked/sessions'
import { layeredStore, mirroredStore } from '@revoked/store-layered'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { eventually } from '@revoked/testing'
import {
  observedRevocation,
  observedSessionStore,
  observedSessions,
  observedStore,
  refusalHooks,
} from '../../src/index.ts'
import { someClaims } from './claims.ts'
import { startSdk } from './start-sdk.ts'

/** Everything that the package reports, after everything that it counts has happened. */
export interface EveryMetric {
  /** As the exporter of Prometheus serves it. */
  readonly exposition: string
  /** The instruments: their names, with their units. */
  readonly units: ReadonlyMap<string, string>
  /** The names of the attributes of spans. */
  readonly attributesOfSpans: ReadonlySet<string>
}

/** Returns a store that answers with promises, as one over a network does. */
function remoteStore() {
  const store = memoryStore()
  return { ...store, find: async (keys: readonly Key[]) => store.find(keys) }
}

const times = { idleTimeout: '30m', absoluteLifetime: '30d' } as const
const never = () => Promise.reject(new Error('No answer within 1000 ms.'))

/** Does each thing once that a metric counts, over stores in memory, and collects. */
export async function exportEveryMetric(): Promise<EveryMetric> {
  const sdk = startSdk()
  const { into } = sdk
  const named = (name: string) => ({ ...into, name })
  const remote = observedStore(remoteStore(), named('redis'))
  const cache = observedStore(layeredStore(remote), into)
  const mirror = observedStore(mirroredStore(remote, { local: () => memoryStore() }), named('mirror'))
  await eventually(() => [cache, mirror].every((store) => store.status().state === 'live'), 'both are live')
  const revocation = observedRevocation(createRevocation({ store: cache, maxTokenLifetime: '1h' }), into)
  const broken: RevocationStore = observedStore({ ...remoteStore(), find: never, record: never }, named('broken'))
  const failing = observedRevocation(createRevocation({ store: broken, maxTokenLifetime: '1h' }), named('failing'))
  const kept = memorySessions()
  const find = async (...args: Parameters<typeof kept.find>) => kept.find(...args)
  const list = observedSessionStore({ ...kept, find }, into)
  const sessions = observedSessions(createSessions({ store: list, revocation, ...times, maxPerSubject: 1 }), {
    ...into,
    countOpen: () => kept.size,
  })
  const offline = { store: { ...kept, open: never }, revocation, ...times }
  const failingSessions = observedSessions(createSessions(offline), named('failing'))
  const { onRefused } = refusalHooks(into)

  const refuse = async (call: Promise<unknown>) => void (await call.catch(onRefused))
  const { id } = await sessions.open({ subject: 'bob' })
  await refuse(sessions.open({ subject: 'bob' }))
  await refuse(failingSessions.open({ subject: 'bob' }))
  await sessions.close('bob', id)
  await revocation.assertActive(someClaims())
  await refuse(revocation.assertActive({ ...someClaims(), exp: someClaims().iat + 90_000 }))
  await refuse(revocation.assertActive({ ...someClaims(), jti: '' }))
  await refuse(failing.assertActive(someClaims()))
  await refuse(failing.revoke({ subject: 'alice' }))
  await revocation.revoke({ session: 'laptop' }, { reason: 'refresh_reused' })
  await refuse(revocation.assertActive(someClaims()))
  const observed = refusalOf(await revocation.check(someClaims(), { mode: 'observe' }))
  onRefused(observed, undefined, { refused: false })
  await revocation.reinstate({ session: 'laptop' })
  await revocation.once('nonce', { until: Date.now() + 60_000 })
  await revocation.revoke({ everything: true }, { dryRun: true })
  await revocation.revoke({ everything: true })

  const metrics = await sdk.resourceMetrics()
  await Promise.all([cache.close(), mirror.close()])
  const instruments = metrics.scopeMetrics.flatMap((scope) => scope.metrics.map(({ descriptor }) => descriptor))
  return {
    exposition: new PrometheusSerializer().serialize(metrics),
    attributesOfSpans: new Set(sdk.spans().flatMap(({ attributes }) => Object.keys(attributes))),
    units: new Map(instruments.map(({ name, unit }) => [name, unit])),
  }
}
