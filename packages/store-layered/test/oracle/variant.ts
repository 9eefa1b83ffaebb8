/** What is tried. */
export interface Variant {
  readonly kind: 'layered' | 'pubsub' | 'ping'
  /** Where a layered store is imported from. */
  readonly module: string
  /** Of so many changes, one is lost before the store sees it. */
  readonly losesEach?: number | undefined
}

export const product: Variant = {
  kind: 'layered',
  module: new URL('../../dist/index.js', import.meta.url).href,
}
export const plainPubSub: Variant = { ...product, kind: 'pubsub' }
export const leaseByPing: Variant = { ...product, kind: 'ping' }
