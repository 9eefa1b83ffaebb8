import { type Form, readForm } from './form.ts'

/**
 * What a client identifies itself by. It proves nothing until the secret was compared.
 *
 * @example
 * ```ts
 * import type { ClientCredentials } from '@revoked/http/oauth'
 *
 * const isPublicClient = ({ clientSecret }: ClientCredentials): boolean => clientSecret === ''
 * ```
 */
export interface ClientCredentials {
  readonly clientId: string
  /** Empty if the client sent none: it is a public client (RFC 6749, section 2.3.1). */
  readonly clientSecret: string
}

/**
 * Why there are no credentials. `several`: they came in two ways at once, and might be those of two
 * clients.
 *
 * @example
 * ```ts
 * import type { CredentialsProblem } from '@revoked/http/oauth'
 *
 * // RFC 6749, section 5.2.
 * const errorOf = (problem: CredentialsProblem): string => (problem === 'several' ? 'invalid_request' : 'invalid_client')
 * ```
 */
export type CredentialsProblem = 'missing' | 'malformed' | 'several'

/**
 * Where the credentials of a client are.
 *
 * @example
 * ```ts
 * import type { ClientCredentialsSource } from '@revoked/http/oauth'
 *
 * const source = (request: Request, form: URLSearchParams): ClientCredentialsSource => ({
 *   authorization: request.headers.get('authorization') ?? undefined,
 *   form,
 * })
 * ```
 */
export interface ClientCredentialsSource {
  /** The `Authorization` header. */
  readonly authorization: string | undefined
  /** The parsed body: an object, or `URLSearchParams`. */
  readonly form: unknown
}

/**
 * Credentials, or why there are none.
 *
 * @example
 * ```ts
 * import type { FoundCredentials } from '@revoked/http/oauth'
 *
 * const clientIdOf = ({ credentials }: FoundCredentials): string | undefined => credentials?.clientId
 * ```
 */
export type FoundCredentials =
  | { readonly credentials: ClientCredentials; readonly problem?: never }
  | { readonly problem: CredentialsProblem; readonly credentials?: never }

/**
 * Reads the credentials of a client: `client_secret_basic`, `client_secret_post`, or the
 * `client_id` alone of a public client (RFC 6749, section 2.3.1). Use it in endpoints that you
 * write, such as a token endpoint; those of this package read the credentials themselves.
 *
 * In `Authorization: Basic`, id and secret are form-urlencoded first. A client that does not do
 * that is understood as well if neither contains `%` or `+`, and the id no `:`.
 *
 * @example
 * ```ts
 * import { readClientCredentials } from '@revoked/http/oauth'
 *
 * // The client of a token endpoint of yours.
 * const clientOf = (request: Request, form: URLSearchParams) => {
 *   const { credentials, problem } = readClientCredentials({
 *     authorization: request.headers.get('authorization') ?? undefined,
 *     form,
 *   })
 *   return credentials?.clientId ?? problem
 * }
 * ```
 */
export function readClientCredentials({ authorization, form }: ClientCredentialsSource): FoundCredentials {
  return findCredentials(authorization, readForm(form) ?? new Map())
}

/** Reads the credentials of a client from its header and its form. */
export function findCredentials(authorization: string | undefined, form: Form): FoundCredentials {
  const clientId = form.get('client_id')
  const clientSecret = form.get('client_secret')
  if (isBasic(authorization)) {
    const credentials = readBasic(authorization)
    if (credentials === undefined) return { problem: 'malformed' }
    // The same id in the form is no second way to authenticate.
    const isSame = clientId === undefined || clientId === credentials.clientId
    return clientSecret === undefined && isSame ? { credentials } : { problem: 'several' }
  }
  if (clientId !== undefined) return { credentials: { clientId, clientSecret: clientSecret ?? '' } }
  return { problem: clientSecret === undefined ? 'missing' : 'malformed' }
}

function isBasic(authorization: string | undefined): authorization is string {
  return authorization !== undefined && /^basic(?: |$)/i.test(authorization)
}

function readBasic(authorization: string): ClientCredentials | undefined {
  const encoded = /^basic +([\w+/]+=*) *$/i.exec(authorization)?.[1]
  const text = encoded === undefined ? undefined : decodeBase64(encoded)
  const colon = text?.indexOf(':') ?? -1
  if (text === undefined || colon < 1) return undefined
  const clientId = decodeFormValue(text.slice(0, colon))
  const clientSecret = decodeFormValue(text.slice(colon + 1))
  return clientId === undefined || clientSecret === undefined ? undefined : { clientId, clientSecret }
}

function decodeBase64(encoded: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    // The text is not base64, or not UTF-8. Nothing else can fail here.
    return undefined
  }
}

function decodeFormValue(value: string): string | undefined {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '))
  } catch {
    // A lone percent sign is all that can fail.
    return undefined
  }
}
