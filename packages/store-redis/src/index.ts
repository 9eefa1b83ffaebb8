export type { RedisClient } from './clients/recognise.ts'
export { type RedisStoreOptions, redisStore } from './redis-store.ts'
