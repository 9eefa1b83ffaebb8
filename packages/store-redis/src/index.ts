export type { RedisClient } from './clients/detect-client.ts'
export { redisStore } from './redis-store.ts'
export type { RedisStoreOptions } from './store-options.ts'
