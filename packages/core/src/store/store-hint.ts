/**
 * Returns what to pass in place of a value that is no store, as a sentence with a space before it,
 * and an empty string if there is no better advice. For error messages.
 */
export function storeHint(value: unknown): string {
  if (typeof value === 'function') return ' It is a function: pass what it returns, such as memoryStore().'
  if (value instanceof Promise) return ' It is a promise: await it first.'
  if (isRedisClient(value))
    return ' It is a client of Redis: wrap it, as redisStore(client) of @revoked/store-redis does.'
  return ''
}

/** The clients of ioredis, iovalkey and node-redis have these members, those of a Cluster too. */
function isRedisClient(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { sendCommand, duplicate } = value as { readonly sendCommand?: unknown; readonly duplicate?: unknown }
  return typeof sendCommand === 'function' && typeof duplicate === 'function'
}
