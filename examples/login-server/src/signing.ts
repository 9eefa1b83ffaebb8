import { createRevocation, type Revocation } from '@revoked/core'
import { type AccessTokens, createAccessTokens, createTokenPairs, type TokenPairs } from '@revoked/jose'
import type { ObservableStore } from './store.ts'

/** Tokens of one kind, and what takes them back. */
export interface Signing {
  readonly tokens: AccessTokens
  readonly revocation: Revocation
}

/** The same, with refresh tokens. */
export interface SessionSigning extends Signing {
  readonly tokens: TokenPairs
}

/** The two kinds of tokens. Their audiences keep them apart: a download link opens no account. */
export interface SigningKinds {
  readonly sessions: SessionSigning
  readonly links: Signing
}

/** Both look at the same marks, so a ban or a logout ends a person's links too. Servers with the same secret know each other's tokens. */
export function createSigning(store: ObservableStore, secret: Uint8Array): SigningKinds {
  const common = {
    issuer: 'https://login.example',
    algorithms: ['HS256'],
    keys: { secret },
  } as const
  // A login waits for the store; half a second of silence is enough to call it down.
  // All servers of this example run on one machine, by one clock. The services over a store agree on
  // the largest tolerance, so a small one lets the marks of used links be forgotten in seconds.
  const sessions = createRevocation({ store, maxTokenLifetime: '12h', clockTolerance: '1s', timeout: '500ms' })
  const links = createRevocation({ store, maxTokenLifetime: '2s', clockTolerance: '1s', timeout: '500ms' })
  return {
    sessions: {
      revocation: sessions,
      tokens: createTokenPairs({
        ...common,
        revocation: sessions,
        audience: 'https://api.example',
        lifetime: '15m',
        refresh: { lifetime: '12h' },
      }),
    },
    links: {
      revocation: links,
      tokens: createAccessTokens({ ...common, revocation: links, audience: 'https://files.example', lifetime: '2s' }),
    },
  }
}
