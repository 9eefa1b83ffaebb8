import { UnidentifiableTokenError } from '../errors.ts'
import type { Key } from '../store/store.ts'
import { type Claims, type ClaimsPolicy, readToken, requireId, type Token } from './claims.ts'

/** One token, by the claims of its verified payload. */
export type TokenTarget = Form<{ readonly token: Claims; readonly issuer?: never }>

/** One session (`sid`): a device, refreshes included. */
export type SessionTarget = Form<{ readonly session: string; readonly issuer?: string | undefined }>

/** Every token of a subject (`sub`) that was issued until now. */
export type SubjectTarget = Form<{ readonly subject: string; readonly issuer?: string | undefined }>

/** Every token with this value of a configured claim that was issued until now. */
export type ClaimTarget = Form<{ readonly claim: string; readonly value: string; readonly issuer?: string | undefined }>

/** Every token that was issued until now. */
export type EverythingTarget = Form<{ readonly everything: true; readonly issuer?: string | undefined }>

/** What can be revoked by the instant of issue, and thus spare tokens and look back. */
export type CutoffTarget = SubjectTarget | ClaimTarget | EverythingTarget

/** What can be revoked and reinstated. Exactly one form at a time. */
export type Target = TokenTarget | SessionTarget | CutoffTarget

type FormName = 'token' | 'session' | 'subject' | 'claim' | 'everything'
type Form<Fields> = Fields & { readonly [Name in Exclude<FormName, keyof Fields>]?: never }

const formNames: readonly FormName[] = ['token', 'session', 'subject', 'claim', 'everything']

const everything: Key = { scope: 'all', value: '' }

/** Families of refresh tokens, by their ids. No check of claims looks there. */
export const familyScope = 'fam'

/** The scopes that are not names of configured claims. */
export const reservedScopes: readonly string[] = ['jti', 'sid', 'sub', 'all', familyScope]

/**
 * The form of a target.
 *
 * @throws TypeError where it is not exactly one: a payload has `sub`, `sid` and `jti`, and guessing which is meant would be dangerous.
 */
export function formOf(target: Target): FormName {
  const forms =
    typeof target === 'object' && target !== null ? formNames.filter((name) => target[name] !== undefined) : []
  const [form] = forms
  if (form === undefined || forms.length > 1) {
    throw new TypeError(
      'Name exactly one target: { token: claims }, { session: sid }, { subject: sub }, { claim: name, value } or { everything: true }.',
    )
  }
  return form
}

/** The key under which a target's mark is filed. */
export function targetKey(target: Target, policy: ClaimsPolicy): Key {
  const form = formOf(target)
  if (target.token !== undefined) return tokenKey(readToken(target.token, policy))
  const issuer = targetIssuer(target.issuer, policy)
  if (target.session !== undefined) return keyIn(issuer, 'sid', requireId(target.session, 'sid'))
  if (target.subject !== undefined) return keyIn(issuer, 'sub', requireId(target.subject, 'sub'))
  if (target.claim !== undefined) return keyIn(issuer, ...claimOf(target, policy))
  if (target.everything !== true) throw new TypeError(`The target ${form} must be true.`)
  return keyIn(issuer, 'all', '')
}

/** The key of a single token. */
function tokenKey({ id, issuer }: Token): Key {
  if (id === undefined) {
    throw new UnidentifiableTokenError(
      'The token has no jti, so it cannot be revoked by itself. Add a jti when you issue tokens, give createRevocation an identify function, or revoke the session or the subject.',
    )
  }
  return keyIn(issuer, 'jti', id)
}

/** Every key whose mark can revoke the token, the most specific first. */
export function tokenKeys({ id, sid, sub, configured, issuer }: Token, { claims }: ClaimsPolicy): readonly Key[] {
  const all = issuer === undefined ? everything : keyIn(issuer, 'all', '')
  // Most tokens have all of these and nothing else: one literal is made in half the time of four pushes.
  if (id !== undefined && sid !== undefined && sub !== undefined && claims.length === 0) {
    return [keyIn(issuer, 'jti', id), keyIn(issuer, 'sid', sid), keyIn(issuer, 'sub', sub), all]
  }
  const keys: Key[] = []
  if (id !== undefined) keys.push(keyIn(issuer, 'jti', id))
  if (sid !== undefined) keys.push(keyIn(issuer, 'sid', sid))
  if (sub !== undefined) keys.push(keyIn(issuer, 'sub', sub))
  claims.forEach((name, index) => {
    const value = configured[index]
    if (value !== undefined) keys.push(keyIn(issuer, name, value))
  })
  keys.push(all)
  return keys
}

/** Tells a token's session, or the token itself where it has none, from others. The prefix keeps the two apart. */
export function sparingId({ sid, id }: Token): string | undefined {
  if (sid !== undefined) return `sid:${sid}`
  return id === undefined ? undefined : `jti:${id}`
}

/** A key in an issuer's namespace. JSON keeps issuer and value apart whatever they contain. */
function keyIn(issuer: string | undefined, scope: string, value: string): Key {
  return { scope, value: issuer === undefined ? value : JSON.stringify([issuer, value]) }
}

function targetIssuer(issuer: string | undefined, policy: ClaimsPolicy): string | undefined {
  if (policy.issuer === '*') {
    if (issuer === undefined) throw new TypeError("With issuer: '*', every target but { token } must name its issuer.")
    return requireId(issuer, 'iss')
  }
  if (issuer !== undefined)
    throw new TypeError("A target names an issuer only where createRevocation was given issuer: '*'.")
  return undefined
}

function claimOf({ claim, value }: ClaimTarget, policy: ClaimsPolicy): [scope: string, value: string] {
  if (!policy.claims.includes(claim)) {
    throw new TypeError(
      'The claim of the target is not among the claims that createRevocation was given: no check would look for it.',
    )
  }
  if (typeof value !== 'string') throw new TypeError('The value of a claim target must be a string.')
  if (value === '') throw new RangeError('The value of a claim target must not be empty.')
  return [claim, requireId(value, claim)]
}
