import { InvalidClaimsError } from '@revoked/core'
import type { Admitted } from '../../bearer/admission.ts'
import type { TokenClaims } from '../../bearer/verifies-tokens.ts'
import { ownerOf } from '../../endpoints/token-owner.ts'

/**
 * What the handlers of an MCP server learn of a token, as `AuthInfo` of the SDK: in `request.auth`
 * and in `extra.authInfo` of a tool.
 *
 * @example
 * ```ts
 * import type { AuthInfo } from '@revoked/http/mcp'
 *
 * const userOf = ({ extra }: AuthInfo): string | undefined => extra.claims.sub
 * const mayWrite = ({ scopes, extra }: AuthInfo): boolean => scopes.includes('mcp:write') && !extra.degraded
 * ```
 */
export interface AuthInfo {
  readonly token: string
  readonly clientId: string
  /** From `scope` (RFC 9068, section 2.2.3), or from `scp`, which some providers use instead. */
  readonly scopes: string[]
  /** In seconds since the epoch. */
  readonly expiresAt?: number
  /** What the token is for (RFC 8707), from `aud`. `expectedResource` of the SDK compares it. */
  readonly resource?: URL
  // Not an interface: the SDK wants a record, to which an interface cannot be assigned.
  readonly extra: {
    /** All claims of the verified token. */
    readonly claims: TokenClaims
    /**
     * `true` if the store was unavailable and the policy let the token pass: it may have been
     * revoked.
     */
    readonly degraded: boolean
  }
}

/** How the parts of an AuthInfo are found. */
export interface AuthInfoRules {
  readonly clientIdOf: (claims: TokenClaims) => unknown
  /** The audience of this server, if tokens are for others as well. */
  readonly resource: URL | undefined
}

/** Returns the client of a token that names it in a claim of a standard. */
export const standardClientId: AuthInfoRules['clientIdOf'] = ownerOf

/**
 * Returns what the SDK is to know of a verified token.
 *
 * @throws InvalidClaimsError if the token does not say which client it was issued to. The SDK knows
 *   no token without, and an empty id could be taken for a client.
 */
export function authInfoOf(token: string, { claims, degraded }: Admitted, rules: AuthInfoRules): AuthInfo {
  const clientId = rules.clientIdOf(claims)
  if (typeof clientId !== 'string' || clientId === '')
    throw new InvalidClaimsError(
      'The token names no client (client_id or azp). If another claim does, give clientIdOf.',
      'client_id',
    )
  const resource = resourceOf(claims, rules.resource)
  return {
    token,
    clientId,
    scopes: scopesOf(claims),
    ...(claims.exp !== undefined && { expiresAt: claims.exp }),
    ...(resource !== undefined && { resource }),
    extra: { claims, degraded },
  }
}

function scopesOf({ scope, scp }: TokenClaims): string[] {
  const given = scope ?? scp
  if (Array.isArray(given)) return given.filter((name) => typeof name === 'string')
  return typeof given === 'string' ? given.split(' ').filter((name) => name !== '') : []
}

/** The expected audience if the token is for it; otherwise the only one that the token has. */
function resourceOf({ aud }: TokenClaims, expected: URL | undefined): URL | undefined {
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  const urls = audiences.flatMap((name) => (typeof name === 'string' && URL.canParse(name) ? [new URL(name)] : []))
  if (expected !== undefined) return urls.find(({ href }) => href === expected.href)
  return audiences.length === 1 ? urls[0] : undefined
}
