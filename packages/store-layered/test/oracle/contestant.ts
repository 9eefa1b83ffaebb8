/** What is tried. */
export interface Contestant {
  readonly kind: 'layered' | 'pubsub' | 'ping'
  /** Where a layered store is imported from. */
  readonly module: string
  /** Of so many changes, one is lost before the store sees it. */
  readonly losesEach?: number | undefined
}

export const product: Contestant = {
  kind: 'layered',
  module: new URL('../../dist/index.js', import.meta.url).href,
}
export const plainPubSub: Contestant = { ...product, kind: 'pubsub' }
export const leaseByPing: Contestant = { ...product, kind: 'ping' }
