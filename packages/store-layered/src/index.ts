export { type LayeredStore, layeredStore } from './layered-store.ts'
export type { LayeredStoreOptions } from './options.ts'
export type { LayeredStatus } from './status.ts'
