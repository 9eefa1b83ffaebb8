export { type DiagnoseRedisOptions, diagnoseRedis } from './diagnose-redis.ts'
export type { RedisFinding, RedisFindingCode } from './finding.ts'
export { type RedisSettings, readRedisSettings } from './read-redis-settings.ts'
