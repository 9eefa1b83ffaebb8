import type { Key } from '../store/store.ts'
import { type Claims, type ClaimsPolicy, idFault, readToken } from './claims.ts'
import { familyScope, keyIn, onceScope, tokenKey } from './token-keys.ts'

/**
 * One token, by the claims of its verified payload.
 *
 * @example
 * ```ts
 * import type { Claims, Revocation, TokenTarget } from '@revoked/core'
 *
 * const target = (claims: Claims): TokenTarget => ({ token: claims })
 * const logOut = (revocation: Revocation, claims: Claims) => revocation.revoke(target(claims))
 * ```
 */
export type TokenTarget = Form<{ readonly token: Claims; readonly issuer?: never }>

/**
 * One token, by its bare id: for administrators, who have nothing else. A payload is not a target.
 *
 * @example
 * ```ts
 * import type { JtiTarget, Revocation } from '@revoked/core'
 *
 * const leaked: JtiTarget = { jti: '6f1c2a' } // From a log, where nothing else is known of the token.
 * const revokeLeaked = (revocation: Revocation) => revocation.revoke(leaked, { reason: 'leaked' })
 * ```
 */
export type JtiTarget = Form<{
  readonly jti: string
  readonly issuer?: string | undefined
  /** For the audit trail: the subject that the token belongs to, if it is known. */
  readonly ofSubject?: string | undefined
}> & {
  readonly [Name in 'sub' | 'exp' | 'iat']?: never
}

/**
 * One session (`sid`): a device, refreshes included.
 *
 * @example
 * ```ts
 * import type { Revocation, SessionTarget } from '@revoked/core'
 *
 * const phone: SessionTarget = { session: 'sid-of-the-phone' }
 * const endSession = (revocation: Revocation) => revocation.revoke(phone, { reason: 'device_lost' })
 * ```
 */
export type SessionTarget = Form<{
  readonly session: string
  readonly issuer?: string | undefined
  /** For the audit trail: the subject that the session belongs to, if it is known. */
  readonly ofSubject?: string | undefined
}>

/**
 * Every token of a subject (`sub`) that was issued until now.
 *
 * @example
 * ```ts
 * import type { Revocation, SubjectTarget } from '@revoked/core'
 *
 * const alice: SubjectTarget = { subject: 'alice' }
 * const logOutEverywhere = (revocation: Revocation) => revocation.revoke(alice, { reason: 'password_changed' })
 * ```
 */
export type SubjectTarget = Form<{ readonly subject: string; readonly issuer?: string | undefined }>

/**
 * Every token with this value of a configured claim that was issued until now.
 *
 * @example
 * ```ts
 * import { type ClaimTarget, createRevocation } from '@revoked/core'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const app: ClaimTarget = { claim: 'client_id', value: 'mobile-2.3' }
 * const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '1h', claims: ['client_id'] })
 * await revocation.revoke(app, { reason: 'vulnerable_version' })
 * ```
 */
export type ClaimTarget = Form<{ readonly claim: string; readonly value: string; readonly issuer?: string | undefined }>

/**
 * Every token that was issued until now.
 *
 * @example
 * ```ts
 * import type { EverythingTarget, Revocation } from '@revoked/core'
 *
 * const everyone: EverythingTarget = { everything: true }
 * const afterLeak = (revocation: Revocation) => revocation.revoke(everyone, { reason: 'key_leaked' })
 * ```
 */
export type EverythingTarget = Form<{ readonly everything: true; readonly issuer?: string | undefined }>

/**
 * A target that is revoked by the instant of issue, so it can look back and exempt a session.
 *
 * @example
 * ```ts
 * import type { CutoffTarget, Revocation } from '@revoked/core'
 *
 * const member: CutoffTarget = { subject: 'alice' }
 * const afterRoleChange = (revocation: Revocation) => revocation.revoke(member, { allowRefresh: true })
 * ```
 */
export type CutoffTarget = EverythingTarget | ClaimTarget | SubjectTarget

/**
 * A target to revoke or to reinstate. Exactly one form at a time.
 *
 * @example
 * ```ts
 * import type { Revocation, Target } from '@revoked/core'
 *
 * const targets: readonly Target[] = [{ subject: 'alice' }, { session: 'sid-of-the-phone' }, { jti: '6f1c2a' }]
 * const revokeAll = (revocation: Revocation) => revocation.revoke(targets, { reason: 'account_taken_over' })
 * ```
 */
export type Target = TokenTarget | JtiTarget | SessionTarget | CutoffTarget

type FormName = 'token' | 'jti' | 'session' | 'subject' | 'claim' | 'everything'
type Form<Fields> = Fields & { readonly [Name in Exclude<FormName | 'ofSubject', keyof Fields>]?: never }

const formNames: readonly FormName[] = ['token', 'jti', 'session', 'subject', 'claim', 'everything']
const fieldNames: ReadonlySet<string> = new Set([...formNames, 'value', 'issuer', 'ofSubject'])

/**
 * Names of the scopes that are not those of configured claims. With the claims that the services
 * agreed on, they are all scopes that a store can hold.
 *
 * @example
 * ```ts
 * import { reservedScopes } from '@revoked/core'
 *
 * // Every scope that a store can hold, for metrics by scope.
 * const scopes = [...reservedScopes, 'client_id']
 * ```
 */
export const reservedScopes: readonly string[] = ['jti', 'sid', 'sub', 'all', familyScope, onceScope]

/**
 * Returns the form of a target.
 *
 * @throws TypeError if it is not exactly one: a payload has `sub`, `sid` and `jti`, and guessing
 * which one is meant would be dangerous.
 */
export function formOf(target: Target): FormName {
  const fields = typeof target === 'object' && target !== null ? target : ({} as Partial<Target>)
  const forms = formNames.filter((name) => fields[name] !== undefined)
  const [form] = forms
  if (form === undefined || forms.length > 1 || Object.keys(fields).some((name) => !fieldNames.has(name))) {
    throw new TypeError(
      'Name exactly one target: { token: claims }, { jti }, { session: sid }, { subject: sub }, { claim: name, value } or { everything: true }.',
    )
  }
  if (fields.ofSubject !== undefined && form !== 'jti' && form !== 'session')
    throw new TypeError('ofSubject goes with { jti } and { session }: the other targets say whom they concern.')
  if (form === 'token' && (typeof fields.token !== 'object' || fields.token === null))
    throw new TypeError('The token of the target must be the claims of a verified token, an object.')
  return form
}

/**
 * Returns the key under which the mark of a target is stored.
 *
 * @throws InvalidClaimsError for the claims of a token; TypeError or RangeError for any other
 *   target.
 */
export function targetKey(target: Target, policy: ClaimsPolicy): Key {
  const form = formOf(target)
  if (target.token !== undefined) return tokenKey(readToken(target.token, policy))
  const issuer = targetIssuer(target.issuer, policy)
  if (target.ofSubject !== undefined) idArgument(target.ofSubject, 'ofSubject')
  if (target.jti !== undefined) return keyIn(issuer, 'jti', idArgument(target.jti, 'jti'))
  if (target.session !== undefined) return keyIn(issuer, 'sid', idArgument(target.session, 'session'))
  if (target.subject !== undefined) return keyIn(issuer, 'sub', idArgument(target.subject, 'subject'))
  if (target.claim !== undefined) return keyIn(issuer, claimName(target, policy), idArgument(target.value, 'value'))
  if (target.everything !== true) throw new TypeError(`The target ${form} must be true.`)
  return keyIn(issuer, 'all', '')
}

/**
 * Returns the key of the subject that a target concerns, if the target says so. For a target that
 * `targetKey` has accepted.
 */
export function subjectKey(target: Target, policy: ClaimsPolicy): Key | undefined {
  if (target.token !== undefined) {
    const { issuer, sub } = readToken(target.token, policy)
    return sub === undefined ? undefined : keyIn(issuer, 'sub', sub)
  }
  const subject = target.subject ?? target.ofSubject
  return subject === undefined ? undefined : keyIn(target.issuer, 'sub', subject)
}

/** Returns the key of a subject that is named by itself. */
export function namedSubjectKey(subject: string, issuer: string | undefined, policy: ClaimsPolicy): Key {
  return keyIn(targetIssuer(issuer, policy), 'sub', idArgument(subject, 'subject'))
}

function targetIssuer(issuer: string | undefined, policy: ClaimsPolicy): string | undefined {
  if (policy.issuer === '*') {
    if (issuer === undefined) throw new TypeError("With issuer: '*', every target but { token } must name its issuer.")
    return idArgument(issuer, 'issuer')
  }
  if (issuer !== undefined)
    throw new TypeError("A target names an issuer only if createRevocation was given issuer: '*'.")
  return undefined
}

function claimName({ claim }: ClaimTarget, policy: ClaimsPolicy): string {
  if (policy.claims.some(({ name }) => name === claim)) return claim
  throw new TypeError(
    'The claim of the target is not among the claims that createRevocation was given: no check would look for it.',
  )
}

/**
 * Returns an id that is an argument, by the rules for ids in claims. A wrong argument is a mistake
 * of the caller and not of the token, so the error has no HTTP status.
 */
function idArgument(value: unknown, name: string): string {
  const fault = idFault(value)
  if (fault === undefined) return value as string
  const message = `The ${name} of the target ${fault}.`
  throw typeof value === 'string' ? new RangeError(message) : new TypeError(message)
}
