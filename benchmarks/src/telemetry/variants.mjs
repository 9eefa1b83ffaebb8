// @ts-check
import { metrics } from '@opentelemetry/api'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { createRevocation } from '@revoked/core'
import { layeredStore } from '@revoked/store-layered'
import { memoryStore } from '@revoked/store-memory'
import { observedRevocation, observedStore } from '@revoked/telemetry'
import { tokenCount } from '../measure/tokens.mjs'

/** @typedef {import('@revoked/core').Revocation} Revocation */

/** A cache, which has all keys of the tokens after a pass. Nothing is asked over a network. */
const cache = () => layeredStore(memoryStore(), { maxEntries: tokenCount })

/** @param {import('@revoked/core').RevocationStore} store */
const revocationOver = (store) => createRevocation({ store, maxTokenLifetime: '24h' })

const observed = () => observedRevocation(revocationOver(observedStore(cache())))

/** Returns the text that Prometheus would read. */
export async function scrape() {
  const exporter = readers[0]
  if (exporter === undefined) return ''
  return await new Promise((resolve) => {
    const answer = /** @type {any} */ ({ statusCode: 200, setHeader: () => undefined, end: resolve })
    exporter.getMetricsRequestHandler(/** @type {any} */ ({}), answer)
  })
}

/** @type {PrometheusExporter[]} */
const readers = []

/** @param {() => Revocation} create */
function withSdk(create) {
  readers.push(new PrometheusExporter({ preventServerStart: true }))
  metrics.setGlobalMeterProvider(new MeterProvider({ readers }))
  return create()
}

/** @type {Readonly<Record<string, () => Revocation>>} */
export const variants = {
  plain: () => revocationOver(cache()),
  observed,
  'observed, SDK': () => withSdk(observed),
}
