// Tests of types, which are compiled and not run: a line below `@ts-expect-error` must not compile,
// and every other line must.
import type {
  Claims,
  Duration,
  FailPolicy,
  Revocation,
  RevocationErrorCode,
  RevocationOptions,
  RevokeResult,
  Target,
  Verdict,
} from '@revoked/core'
import type { JWTPayload } from 'jose'

interface Given {
  readonly revocation: Revocation
  readonly claims: Claims
  readonly payload: JWTPayload
  readonly options: RevocationOptions
}

export async function targetsThatCompile({ revocation, claims, payload }: Given) {
  await revocation.check(payload)
  await revocation.assertActive(payload)
  const revoked: boolean = await revocation.isRevoked(payload)
  const one: RevokeResult = await revocation.revoke({ token: payload }, { reason: 'logout' })
  await revocation.revoke({ session: 's' }, { until: new Date(), reason: 'logout' })
  await revocation.revoke({ session: 's' }, { until: Date.now() })
  await revocation.revoke({ subject: 'a' }, { except: payload, issuedBefore: new Date(), reason: 'password_changed' })
  await revocation.revoke({ claim: 'client_id', value: 'a' }, { except: claims })
  await revocation.revoke({ everything: true, issuer: 'https://a.example' }, { issuedBefore: 1 })
  const many: readonly RevokeResult[] = await revocation.revoke([{ subject: 'a' }, { subject: 'b' }], {
    except: claims,
  })
  const mixed: readonly Target[] = [{ session: 's' }, { everything: true }]
  await revocation.revoke(mixed)
  await revocation.reinstate(mixed)
  await revocation.reinstate({ subject: 'a' })
  return { revoked, one, many }
}

export async function targetsThatDoNot({ revocation, claims, payload }: Given) {
  // @ts-expect-error -- a payload does not say what of it is meant
  await revocation.revoke(payload)
  // @ts-expect-error -- nor do claims
  await revocation.revoke(claims)
  // @ts-expect-error -- nor does a raw token
  await revocation.revoke('eyJ')
  // @ts-expect-error -- a raw token has no claims
  await revocation.revoke({ token: 'eyJ' })
  // @ts-expect-error -- two forms at once
  await revocation.revoke({ subject: 'a', session: 's' })
  // @ts-expect-error -- two forms at once
  await revocation.revoke({ token: claims, everything: true })
  // @ts-expect-error -- a subject is a string
  await revocation.revoke({ subject: 1 })
  // @ts-expect-error -- the sid of a token may be missing
  await revocation.revoke({ session: claims.sid })
  // @ts-expect-error -- false means nothing
  await revocation.revoke({ everything: false })
  // @ts-expect-error -- a claim needs a value
  await revocation.revoke({ claim: 'client_id' })
  // @ts-expect-error -- a value needs its claim
  await revocation.revoke({ value: 'a' })
  // @ts-expect-error -- no form at all
  await revocation.revoke({})
  // @ts-expect-error -- one of a batch is wrong
  await revocation.revoke([{ subject: 'a' }, { subject: 1 }])
  // @ts-expect-error -- reinstating takes targets too
  await revocation.reinstate(payload)
}

export async function optionsThatDoNot({ revocation, claims }: Given) {
  // @ts-expect-error -- a session is revoked as a whole
  await revocation.revoke({ session: 's' }, { except: claims })
  // @ts-expect-error -- a session is revoked whenever its tokens were issued
  await revocation.revoke({ session: 's' }, { issuedBefore: 1 })
  // @ts-expect-error -- a subject is revoked for the life of its tokens
  await revocation.revoke({ subject: 'a' }, { until: 1 })
  // @ts-expect-error -- and so is everything
  await revocation.revoke({ everything: true }, { until: new Date() })
  // @ts-expect-error -- a token is revoked until it expires
  await revocation.revoke({ token: claims }, { until: 1 })
  // @ts-expect-error -- there is no other token to exempt
  await revocation.revoke({ token: claims }, { except: claims })
  // @ts-expect-error -- dates are Dates
  await revocation.revoke({ subject: 'a' }, { issuedBefore: '2026-01-01' })
  // @ts-expect-error -- a typing mistake
  await revocation.revoke({ subject: 'a' }, { exept: claims })
}

export const durations: readonly Duration[] = [900, '500ms', '30s', '15m', '24h', '7d', '1.5h']
// @ts-expect-error -- units are abbreviated
export const inWords: Duration = '5 minutes'
// @ts-expect-error -- a string has a unit
export const withoutUnit: Duration = '5'
// @ts-expect-error -- weeks have seven days
export const inWeeks: Duration = '1w'

export const decisions: readonly FailPolicy[] = ['closed', 'open', (_, { sub }) => (sub === 'a' ? 'open' : 'closed')]
// @ts-expect-error -- a policy decides at once
export const later: FailPolicy = async () => 'open'
// @ts-expect-error -- a policy is a word, not a switch
export const switched: FailPolicy = true

export function optionsOf({ options }: Given) {
  const { store } = options
  const least: RevocationOptions = { store, maxTokenLifetime: '24h' }
  // @ts-expect-error -- nothing can be forgotten safely without maxTokenLifetime
  const unbounded: RevocationOptions = { store }
  // @ts-expect-error -- there is no store by default
  const storeless: RevocationOptions = { maxTokenLifetime: '24h' }
  // @ts-expect-error -- options are read once
  options.timeout = '1s'
  return { least, unbounded, storeless }
}

export function fieldsOf(verdict: Verdict): string | undefined {
  // @ts-expect-error -- only a revoked token has a reason
  if (verdict.status === 'active') return verdict.reason
  if (verdict.status === 'revoked') return verdict.reason ?? verdict.by
  const code: RevocationErrorCode = verdict.error.code
  return verdict.allowed ? 'degraded' : code
}
