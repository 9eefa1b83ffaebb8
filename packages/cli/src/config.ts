import type { Duration, RevocationOptions, RevocationStore } from '@revoked/core'
import type { SessionStore } from '@revoked/core/sessions'

/**
 * The configuration of the command line: the address of a store and its options, or a store that is
 * open, and the options of `createRevocation`. They are those of the application. A store refuses
 * options that differ from those that it was written with.
 *
 * @example
 * ```ts
 * import type { CliConfig } from '@revoked/cli'
 *
 * const config: CliConfig = {
 *   store: process.env['REDIS_URL'] ?? 'redis://localhost:6379',
 *   hashIds: true,
 *   maxTokenLifetime: '30d',
 *   claims: ['client_id'],
 * }
 * ```
 */
export interface CliConfig extends Pick<RevocationOptions, 'clockTolerance' | 'claims' | 'issuer' | 'alsoUnscoped'> {
  /**
   * An address (`redis:`, `rediss:`, `postgres:`, `sqlite:`), or a store. Give it an address for
   * `doctor` to examine the server.
   */
  readonly store: string | RevocationStore
  /** The longest life of a token. Default: what the services of the store have agreed on. */
  readonly maxTokenLifetime?: Duration
  /** The deadline of a check. Default `'5s'`. */
  readonly timeout?: Duration
  /** With an address of Redis: the `prefix` of the store. */
  readonly prefix?: string
  /** With an address of Redis: the `partitions` of the store. */
  readonly partitions?: number
  /** With an address of PostgreSQL: the `schema` of the store. */
  readonly schema?: string
  /** With an address: the `hashIds` of the store. */
  readonly hashIds?: boolean
  /** With an address: the `hashSubjects` of the list of sessions. */
  readonly hashSubjects?: boolean
  /** With a store that is open: the store of the sessions. */
  readonly sessions?: SessionStore
  /** Called at the end: closes clients that the configuration has opened. */
  readonly close?: () => unknown
}

/**
 * Returns the configuration as it is, with its type checked: for `revoked.config.mjs`, and for
 * `revoked.config.ts` if the runtime can load it.
 *
 * @example
 * ```ts
 * import { defineConfig } from '@revoked/cli'
 *
 * export const config = defineConfig({
 *   store: process.env['DATABASE_URL'] ?? 'postgres://localhost/app',
 *   schema: 'auth',
 *   maxTokenLifetime: '24h',
 * })
 * ```
 */
export function defineConfig(config: CliConfig): CliConfig {
  return config
}
