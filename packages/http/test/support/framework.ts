import type { Revocation } from '@revoked/core'
import type { RequestOutcome } from '@revoked/http'
import type { RevocableTokens } from '@revoked/jose'

/** What a server under test is built over. */
export interface ServerOptions {
  readonly revocation: Revocation
  /** Verifies what `secret` signs. */
  readonly tokens: RevocableTokens
  /**
   * For frameworks that verify by themselves: HS256, with `issuer` and `audience` of the tokens.
   */
  readonly secret: string
  readonly issuer: string
  readonly audience: string
  /** Passed on if the adapter takes it. */
  readonly onUnavailable: (error: unknown, request: unknown, outcome: RequestOutcome) => unknown
  /** The same. */
  readonly onRefused: (error: unknown, request: unknown, outcome: RequestOutcome) => unknown
}

/** A server that is up on 127.0.0.1. */
export interface RunningServer {
  readonly url: string
  readonly close: () => Promise<void>
}

/**
 * A framework with our adapter, as its users would put them together. Each serves these routes, and
 * answers 200 with `{ sub, degraded }` of the token if it passes:
 *
 * - `GET /closed`: refuses while the store is away
 * - `GET /open`: lets pass while the store is away
 * - `GET /observed`: in the mode `'observe'`, whatever that of the revocation is
 * - `GET /by-method` and `POST /by-method`: under `failOpenForReads`
 */
export interface Framework {
  readonly name: string
  readonly start: (options: ServerOptions) => Promise<RunningServer>
}
