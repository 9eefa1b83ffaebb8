/** The implementation that a trial runs. */
export interface Variant {
  readonly kind: 'layered' | 'mirrored' | 'pubsub' | 'ping'
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
