export type { LogState } from './follow/log-view.ts'
export { type LayeredStore, layeredStore } from './layered-store.ts'
export type { LayeredStoreOptions } from './options.ts'
export type { LayeredStatus } from './status.ts'
