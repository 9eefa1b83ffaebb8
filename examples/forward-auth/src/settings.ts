/** The settings of the server: variables of the environment, and nothing else. */
import { claimHeaders } from './claim-headers.ts'
import { clients } from './clients.ts'
import { readEnvironment, type Values, type Variable } from './environment.ts'
import { duration, flag, list, oneOf, port, secureUrl, someItems, storeAddress, text } from './parsers.ts'

function required<Value>(parse: (text: string) => Value): Variable<Value> {
  return { parse, isRequired: true }
}

function optional<Value>(parse: (text: string) => Value): Variable<Value | undefined> {
  return { parse }
}

function withDefault<Value>(parse: (text: string) => Value, fallback: string): Variable<Value> {
  return { parse, fallback }
}

/** Every variable, with how it is read. The README describes each. */
export const variables = {
  STORE_URL: required(storeAddress),
  STORE_PREFIX: withDefault(text, 'revoked'),
  HASH_IDS: withDefault(flag, 'false'),
  MIGRATE: withDefault(flag, 'false'),
  CACHE: withDefault(oneOf('none', 'layered', 'mirror'), 'none'),
  MAX_STALENESS: withDefault(duration, '2s'),
  MAX_TOKEN_LIFETIME: withDefault(duration, '24h'),
  CLOCK_TOLERANCE: optional(duration),
  REVOCABLE_CLAIMS: withDefault(list, ''),
  ISSUER: required(text),
  AUDIENCE: required(someItems),
  ALGORITHMS: withDefault(someItems, 'RS256'),
  JWKS_URL: optional(secureUrl),
  KEY: optional(text),
  ACCEPT_UNTYPED: withDefault(flag, 'false'),
  SUBJECT: withDefault(oneOf('required', 'optional'), 'required'),
  CLAIM_HEADERS: withDefault(claimHeaders, 'sub=X-Auth-Subject,client_id=X-Auth-Client,scope=X-Auth-Scope'),
  CLIENTS: optional(clients),
  INTROSPECTION: withDefault(oneOf('own', 'all'), 'own'),
  HOST: withDefault(text, '0.0.0.0'),
  PORT: withDefault(port, '8080'),
  LOG_LEVEL: withDefault(oneOf('debug', 'info', 'warn', 'error'), 'info'),
  SHUTDOWN_DELAY: withDefault(duration, '0s'),
  SHUTDOWN_TIMEOUT: withDefault(duration, '10s'),
} satisfies Readonly<Record<string, Variable<unknown>>>

/** The values of all variables. */
export type Settings = Values<typeof variables>

/**
 * Reads the settings.
 *
 * @throws EnvironmentError that names every problem, and no value.
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  return readEnvironment(env, variables, ({ JWKS_URL, KEY, STORE_URL, MIGRATE, CACHE }) => [
    ...((JWKS_URL === undefined) === (KEY === undefined) ? ['JWKS_URL or KEY_FILE must be set, and not both'] : []),
    ...(MIGRATE && STORE_URL.kind !== 'postgres' ? ['MIGRATE goes with a postgres: URL only'] : []),
    ...(CACHE !== 'none' && STORE_URL.kind === 'sqlite'
      ? ['CACHE must be none with a sqlite: URL: it is local already']
      : []),
  ])
}
