/**
 * Measured costs: bytes, and commands as the server counts them, those within scripts included.
 * Ids have 36 characters. Redis 7.0.15, ioredis 6, Node 20.20, x64, 2026-11-26.
 * `npm run figures` writes the memory of marks, entries and sessions from the results of the
 * benchmarks; `packages/testing/test/capacity/capacity.matrix.test.ts` measures each of them again.
 */

/** With the share of the tables of the server. */
export const markInRedis = 213
export const logEntry = 114
/** The default `logLength` of `redisStore`. */
export const logLength = 10_000

/** A session, and the subject that it belongs to. */
export const session = 465
export const subjectOfSessions = 388

/** Beside its change log. */
export const markInMemory = 230
export const markInMirror = 329

/** The default `maxEntries` of `layeredStore`. */
export const maxEntries = 100_000
/** The scopes of which a cache holds an absence for a token: `jti`, `sid`, `sub`. */
export const scopesOfToken = 3
/** For each of `maxEntries` of a scope, whether it is used or not. */
export const slotOfCache = 38
export const absence = 97

export const lookup = { commands: 1, received: 216, sent: 4 }
export const revocation = { commands: 9, received: 319, sent: 11 }
/** Sent to each follower. */
export const push = 157
export const read = { commands: 3, received: 163, sent: 49.5 }
/** The mean time between two reads of the change log, as a share of `maxStaleness`. */
export const readInterval = 0.24
