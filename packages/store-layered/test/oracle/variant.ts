/** The implementation that a trial runs. */
export interface Variant {
  readonly kind: 'layered' | 'mirrored' | 'pubsub' | 'ping' | 'notify' | 'serial'
  /** The module that exports the stores. */
  readonly module: string
  /** One of this number of changes is lost before the store receives it. */
  readonly losesEach?: number | undefined
}

export const product: Variant = {
  kind: 'layered',
  module: new URL('../../dist/index.js', import.meta.url).href,
}
export const mirrored: Variant = { ...product, kind: 'mirrored' }
export const plainPubSub: Variant = { ...product, kind: 'pubsub' }
export const leaseByPing: Variant = { ...product, kind: 'ping' }
/** A cache that drops what it knows when PostgreSQL notifies it, and never reads the log. */
export const trustsNotify: Variant = { ...product, kind: 'notify' }
/** The product over a log whose order is that of a serial. */
export const trustsSerial: Variant = { ...product, kind: 'serial' }
