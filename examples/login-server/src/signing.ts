import { createRevocation, type Revocation } from '@revoked/core'
import type { SessionStore } from '@revoked/core/sessions'
import { type AccessTokens, createAccessTokens, createTokenPairs, type TokenPairs } from '@revoked/jose'
import { createDeviceSessions, type Device, type DeviceSessions } from './device-sessions.ts'
import type { ObservableStore } from './store.ts'

/** Tokens of one kind, and their revocation. */
interface Signing {
  readonly tokens: AccessTokens
  readonly revocation: Revocation
}

/** The same, with refresh tokens and a list of the devices that have them. */
export interface SessionSigning extends Signing {
  readonly tokens: TokenPairs<Device>
  readonly devices: DeviceSessions
}

/** The kinds of tokens. Their audiences differ, so a download link is no session token. */
export interface SigningKinds {
  readonly sessions: SessionSigning
  readonly links: Signing
  /** The tokens in the cookies of the pages. */
  readonly pages: Signing
}

/** Options for {@link createSigning}. */
interface SigningOptions {
  readonly store: ObservableStore
  /** Where it is kept who is logged in on which device. */
  readonly sessionStore: SessionStore
  readonly secret: Uint8Array
}

/**
 * Creates all kinds of tokens over one store, so a ban or a logout revokes a user's links as well.
 * Servers with the same secret accept each other's tokens.
 */
export function createSigning({ store, sessionStore, secret }: SigningOptions): SigningKinds {
  const common = {
    issuer: 'https://login.example',
    algorithms: ['HS256'],
    keys: { secret },
  } as const
  // A request waits for the store for at most half a second. All servers of this example run on one
  // machine, with one clock. With a small tolerance, the marks of used links expire in seconds.
  const times = { clockTolerance: '1s', timeout: '500ms' } as const
  // Both lists: a token passes if its session is open, and nothing of it is revoked.
  const sessions = createRevocation({
    store,
    maxTokenLifetime: '12h',
    allowlist: { sessions: sessionStore },
    ...times,
  })
  // A link lasts for seconds and works once: the denylist alone decides. A logout revokes it too.
  const links = createRevocation({ store, maxTokenLifetime: '2s', ...times })
  const devices = createDeviceSessions(sessionStore, sessions)
  return {
    sessions: {
      revocation: sessions,
      devices,
      tokens: createTokenPairs({
        ...common,
        revocation: sessions,
        audience: 'https://api.example',
        lifetime: '15m',
        refresh: { lifetime: '12h' },
        sessions: devices,
      }),
    },
    links: {
      revocation: links,
      tokens: createAccessTokens({ ...common, revocation: links, audience: 'https://files.example', lifetime: '2s' }),
    },
    pages: {
      revocation: sessions,
      tokens: createAccessTokens({
        ...common,
        revocation: sessions,
        audience: 'https://login.example/devices',
        lifetime: '12h',
      }),
    },
  }
}
