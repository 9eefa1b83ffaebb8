import { misuse } from '../errors.ts'

/** The address of a store, with its secrets. It is never printed. */
export type Address =
  | { readonly kind: 'redis'; readonly url: string }
  | { readonly kind: 'postgres'; readonly url: string }
  | { readonly kind: 'sqlite'; readonly path: string }

/** The kinds of stores that have an address. */
export type StoreKind = Address['kind']

const kinds: ReadonlyMap<string, 'redis' | 'postgres'> = new Map([
  ['redis:', 'redis'],
  ['rediss:', 'redis'],
  ['postgres:', 'postgres'],
  ['postgresql:', 'postgres'],
])

/**
 * Returns the address that a text names. A user and a password are added from the environment:
 * `REVOKED_STORE_USER` and `REVOKED_STORE_PASSWORD`.
 *
 * @throws CliError (misuse) for any other text, which it does not quote.
 */
export function readAddress(text: string, env: NodeJS.ProcessEnv): Address {
  if (text.startsWith('sqlite:')) return { kind: 'sqlite', path: sqlitePath(text) }
  const url = URL.canParse(text) ? new URL(text) : undefined
  const kind = kinds.get(url?.protocol ?? '')
  if (url === undefined || kind === undefined) {
    throw misuse(
      'The address of the store is none that is known. Use redis://host:6379, rediss://host:6379, postgres://host/database or sqlite:path/to/app.db.',
    )
  }
  const { REVOKED_STORE_USER: user, REVOKED_STORE_PASSWORD: password } = env
  if (user) url.username = encodeURIComponent(user)
  if (password) url.password = encodeURIComponent(password)
  return { kind, url: url.href }
}

/**
 * Returns the address that was given as an argument.
 *
 * @throws CliError (misuse) if it has a password: everyone on the machine can list arguments.
 */
export function readArgument(text: string, env: NodeJS.ProcessEnv): Address {
  if (hasPassword(text)) {
    throw misuse(
      'The address has a password, and every user of this machine can see the arguments of a process. Set REVOKED_STORE to the address, or leave the password out and set REVOKED_STORE_PASSWORD.',
    )
  }
  return readAddress(text, env)
}

/** The drivers also take a password as a parameter. */
function hasPassword(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { password, searchParams } = new URL(text)
  return password !== '' || [...searchParams.keys()].some((name) => /pass/i.test(name))
}

function sqlitePath(text: string): string {
  const path = text.slice('sqlite:'.length).replace(/^\/\/(?=.)/, '')
  if (path === '') throw misuse('The address of the store has no path: use sqlite:path/to/app.db.')
  return path
}
