/**
 * Measured costs: bytes, and commands as the server counts them, those within scripts included.
 * Ids have 36 characters. Redis 7.0.15, ioredis 6, PostgreSQL 15.18, pg 8, better-sqlite3 12,
 * Node 20.20, x64, 2026-11-27.
 * `npm run figures` writes the memory of marks, entries and sessions in Redis and in the process
 * from the results of the benchmarks; `packages/testing/test/capacity` measures each of them again.
 */

/** With the share of the tables of the server. */
export const markInRedis = 213
export const logEntry = 114
/** The default `logLength` of all stores. */
export const logLength = 10_000

/** A session, and the subject that it belongs to. */
export const session = 465
export const subjectOfSessions = 388

/** Beside its change log. */
export const markInMemory = 230
export const markInMirror = 325
export const sessionInMemory = 768
export const subjectInMemory = 262

/** Rows with their share of the indexes. Those that were deleted are not among them. */
export const markInPostgres = 223
export const logEntryInPostgres = 167
export const sessionInPostgres = 412

export const markInSqlite = 145
export const logEntryInSqlite = 90
export const sessionInSqlite = 236
/** The pages of the file that a connection keeps in memory at most. */
export const pagesOfSqlite = 128 * 1024 ** 2

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

/** Statements in place of commands. */
export const lookupInPostgres = { commands: 1, received: 218, sent: 70 }
export const revocationInPostgres = { commands: 1, received: 264, sent: 74 }
/** Sent by an instance after its revocations, with a pause of 20 ms: so many a second at most. */
export const wakeUp = { commands: 1, received: 56, sent: 70 }
export const wakeUpsPerSecond = 45
/** The reads of each wake-up by the instance that has revoked, beside those of all followers. */
export const readsOfRevoker = 0.5
/** Received by each follower. */
export const notification = 25
export const readInPostgres = { commands: 1, received: 178, sent: 243 }
/** Of a revocation, in the answer of a read. */
export const entryOfRead = 117
