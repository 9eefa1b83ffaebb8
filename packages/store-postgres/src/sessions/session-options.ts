import { assertKnownOptions, type OptionNames } from '@revoked/core'
import { readSchema } from '../schema/schema-name.ts'

/**
 * Options for `postgresSessions`.
 *
 * @example
 * ```ts
 * import { type PostgresClient, type PostgresSessionsOptions, postgresSessions } from '@revoked/store-postgres'
 *
 * const options: PostgresSessionsOptions = { hashSubjects: true }
 * const sessionsOver = (client: PostgresClient) => postgresSessions(client, options)
 * ```
 */
export interface PostgresSessionsOptions {
  /** The schema of the tables. Default `'revoked'`. */
  readonly schema?: string
  /**
   * Stores the SHA-256 of every subject in place of the subject. All processes must have the same.
   * Default `false`.
   */
  readonly hashSubjects?: boolean
}

const optionNames: OptionNames<PostgresSessionsOptions> = { schema: true, hashSubjects: true }

/** Returns the options with their defaults. @throws TypeError for wrong options. */
export function readSessionsOptions(options: PostgresSessionsOptions): Required<PostgresSessionsOptions> {
  assertKnownOptions(options, optionNames)
  const { schema, hashSubjects = false } = options
  if (typeof hashSubjects !== 'boolean') throw new TypeError('hashSubjects must be true or false.')
  return { schema: readSchema(schema), hashSubjects }
}
