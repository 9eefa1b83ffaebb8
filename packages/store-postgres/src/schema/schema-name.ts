/** The schema of the tables, unless an option says otherwise. */
export const defaultSchema = 'revoked'

/**
 * Returns the name of a schema. It becomes part of statements, and the name of a channel.
 *
 * @throws TypeError unless it consists of lower-case letters, digits and underscores.
 */
export function readSchema(schema: unknown = defaultSchema): string {
  if (typeof schema !== 'string' || !/^[a-z_][a-z0-9_]{0,47}$/.test(schema))
    throw new TypeError('schema must be a name of lower-case letters, digits and underscores, of at most 48.')
  return schema
}
