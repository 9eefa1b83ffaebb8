import {
  createRevocation,
  type Duration,
  type Key,
  type KeyedMark,
  type Revocation,
  type RevocationOptions,
  type RevocationStore,
} from '@revoked/core'
import type { RequestOutcome } from '@revoked/http'
import { type AccessTokens, createAccessTokens } from '@revoked/jose'
import { memoryStore } from '@revoked/store-memory'
import { SignJWT } from 'jose'
import type { ServerOptions } from './framework.ts'
import { createOutages, type Outage, type Outages } from './store-outage.ts'

/** What no client may ever see. */
export const secrets = {
  subject: 'S3CRET-subject',
  signingKey: 'S3CRET-signing-key-of-at-least-thirty-two-bytes',
  storeError: 'S3CRET-host.internal:6379 refused the connection',
}

const issuer = 'https://login.example'
const audience = 'https://api.example'

/** What the servers under test share. */
export interface Issuer {
  readonly revocation: Revocation
  readonly tokens: AccessTokens
  readonly options: ServerOptions
  /** Why requests were answered 503, as far as the adapters told. */
  readonly outagesTold: unknown[]
  /** Why requests were answered 400 and 401. */
  readonly refusalsTold: unknown[]
  /** What became of all of them. */
  readonly outcomesTold: RequestOutcome[]
}

/** What is not in the claims of a token. */
interface SignOptions {
  readonly typ?: string
  readonly key?: Parameters<SignJWT['sign']>[0]
}

/** The same over one store that can be taken away. */
export interface World extends Issuer {
  /** Signs what `tokens.issue` would not. A change to `undefined` leaves a claim out. */
  readonly signByHand: (
    changes: Readonly<Record<string, unknown>>,
    alg?: string,
    options?: SignOptions,
  ) => Promise<string>
  readonly goDown: (how: Outage) => void
  readonly comeBack: () => void
}

const secretKey = new TextEncoder().encode(secrets.signingKey)

/** What servers under test are given beside the store. */
type MoreOptions = Pick<RevocationOptions, 'allowlist' | 'mode'>

export function createIssuer(store: RevocationStore, timeout: Duration, more: MoreOptions = {}): Issuer {
  const revocation = createRevocation({ store, maxTokenLifetime: '24h', clockTolerance: '0s', timeout, ...more })
  const tokens = createAccessTokens({
    revocation,
    issuer,
    audience,
    algorithms: ['HS256'],
    keys: { secret: secretKey },
  })
  const outagesTold: unknown[] = []
  const refusalsTold: unknown[] = []
  const outcomesTold: RequestOutcome[] = []
  const onUnavailable: ServerOptions['onUnavailable'] = (error, _, outcome) => {
    outagesTold.push(error)
    outcomesTold.push(outcome)
  }
  const onRefused: ServerOptions['onRefused'] = (error, _, outcome) => {
    refusalsTold.push(error)
    outcomesTold.push(outcome)
  }
  const options = { revocation, tokens, secret: secrets.signingKey, issuer, audience, onUnavailable, onRefused }
  return { revocation, tokens, outagesTold, refusalsTold, outcomesTold, options }
}

export function createWorld(more: MoreOptions = {}): World {
  const store = fragileStore()
  return {
    ...createIssuer(store, '150ms', more),
    signByHand: (changes, alg = 'HS256', { typ = 'at+jwt', key = secretKey } = {}) => {
      const iat = Math.floor(Date.now() / 1_000)
      const claims = { iss: issuer, aud: audience, sub: secrets.subject, jti: crypto.randomUUID(), iat, exp: iat + 900 }
      return new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg, typ }).sign(key)
    },
    goDown: store.goDown,
    comeBack: store.comeBack,
  }
}

function fragileStore(): RevocationStore & Omit<Outages, 'reach'> {
  const inner = memoryStore()
  const { goDown, comeBack, reach } = createOutages(secrets.storeError)
  return {
    goDown,
    comeBack,
    record: async (marks: readonly KeyedMark[]) => reach(() => inner.record(marks)),
    find: (keys: readonly Key[]) => reach(() => inner.find(keys)) as ReturnType<RevocationStore['find']>,
    forget: async (keys: readonly Key[]) => reach(() => inner.forget(keys)),
    agree: async (settings) => reach(() => inner.agree(settings)),
  }
}
