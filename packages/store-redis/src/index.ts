export type { RedisClient } from './clients/recognise.ts'
export { type DiagnoseRedisOptions, diagnoseRedis } from './diagnose/diagnose.ts'
export type { RedisFinding, RedisFindingCode } from './diagnose/finding.ts'
export { type RedisStoreOptions, redisStore } from './redis-store.ts'
