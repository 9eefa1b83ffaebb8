import {
  assertKnownOptions,
  type Claims,
  type OptionNames,
  type RevokeResult,
  UnidentifiableTokenError,
} from '@revoked/core'
import type { CloseRange, SessionStore } from '@revoked/core/sessions'
import { readId, readPastInstant } from './arguments.ts'
import type { Settings } from './options.ts'
import { revokeSessions } from './revoke-sessions.ts'
import { ownerOf } from './session-id.ts'
import type { TouchNotes } from './touch-session.ts'

/**
 * The options of `close`.
 *
 * @example
 * ```ts
 * import type { CloseOptions, Sessions } from '@revoked/sessions'
 *
 * const options: CloseOptions = { reason: 'device_lost' }
 * const closeOne = (sessions: Sessions<unknown>, subject: string, id: string) => sessions.close(subject, id, options)
 * ```
 */
export interface CloseOptions {
  /** A short code for people and logs, which verdicts on the tokens have; at most 64 characters. */
  readonly reason?: string
  /** Who does it, for the audit trail of the revocation's store; at most 256 characters. */
  readonly actor?: string
  /**
   * What the same revocation has just returned for the same session (of `closeAll`: for the
   * subject, with `openedUntil`): it is not repeated then, and only the list changes.
   */
  readonly revoked?: RevokeResult
  /**
   * `true` changes nothing, neither marks nor the list: the result is the one that the call would
   * have now. Of several subjects, those with a result that is not empty are the people, and all
   * ids together the devices. Not within a transaction. Default `false`.
   */
  readonly dryRun?: boolean
}

/**
 * The options of `closeAll`.
 *
 * @example
 * ```ts
 * import type { Claims } from '@revoked/core'
 * import type { CloseAllOptions, Sessions } from '@revoked/sessions'
 *
 * const everywhereButHere = (claims: Claims): CloseAllOptions => ({ except: claims, reason: 'password_changed' })
 * const closeOthers = (sessions: Sessions<unknown>, claims: Claims & { sub: string }) =>
 *   sessions.closeAll(claims.sub, everywhereButHere(claims))
 * ```
 */
export interface CloseAllOptions extends CloseOptions {
  /** The verified claims of the caller's token, whose session stays open: "everywhere but here". */
  readonly except?: Claims
  /**
   * In ms since the epoch: sessions that were opened later stay open, such as those since a logout
   * that reached you late. Required with `revoked`: the `issuedBefore` of that revocation. Not
   * within a transaction. Default now.
   */
  readonly openedUntil?: number
}

/**
 * What `closeAll` has closed.
 *
 * @example
 * ```ts
 * import type { CloseAllResult } from '@revoked/sessions'
 *
 * const message = ({ closed }: CloseAllResult): string => `${closed.length} devices were logged out.`
 * ```
 */
export interface CloseAllResult {
  /** The ids of the sessions that were open. */
  readonly closed: readonly string[]
  /**
   * With a revocation: the first `iat`, in whole seconds, that it does not reach. An issuer that
   * stamps whole seconds waits for it before it issues the token of the next login.
   */
  readonly reissueAt?: number
}

/** Closes sessions: first their tokens are refused, then they are taken off the list. */
export interface Closer {
  readonly close: (subject: string, id: string, options?: CloseOptions) => Promise<boolean>
  readonly closeAll: (subject: string, options?: CloseAllOptions) => Promise<CloseAllResult>
}

const closeNames: OptionNames<CloseOptions> = { reason: true, actor: true, revoked: true, dryRun: true }
const closeAllNames: OptionNames<CloseAllOptions> = { ...closeNames, except: true, openedUntil: true }

/** Creates the closing side. */
export function createCloser(settings: Settings, touches: TouchNotes): Closer {
  const { store, revocation, targetIssuer, now, marginMs } = settings

  /**
   * Returns whether the session may be revoked by its id alone. An id that is not bound to its
   * subject, such as a `jti`, could be that of somebody else's session, unless it is on the list.
   */
  async function isOwn(subject: string, id: string): Promise<boolean> {
    const owner = await ownerOf(id, subject)
    return owner === 'unknown' ? (await store.get({ subject, id })) !== undefined : owner === 'subject'
  }

  async function revokeSubject(
    subject: string,
    openedUntil: number,
    options: CloseAllOptions,
  ): Promise<number | undefined> {
    const { except, reason, actor, revoked, dryRun } = options
    if (revoked !== undefined) return revoked.reissueAt
    const result = await revocation?.revoke(
      { subject, ...targetIssuer },
      {
        // Within a transaction, the revocation adds the same margin, and moves it at the commit.
        ...(marginMs === undefined && { issuedBefore: openedUntil }),
        ...(except !== undefined && { except }),
        ...(reason !== undefined && { reason }),
        ...(actor !== undefined && { actor }),
        ...(dryRun !== undefined && { dryRun }),
      },
    )
    return result?.reissueAt
  }

  /** @throws TypeError if `dryRun` is no boolean, or given within a transaction. */
  function readDryRun({ dryRun = false }: CloseOptions): boolean {
    if (typeof dryRun !== 'boolean') throw new TypeError('dryRun must be a boolean.')
    if (dryRun && marginMs !== undefined)
      throw new TypeError('dryRun does not go with a transaction, which can be rolled back.')
    return dryRun
  }

  async function closeListed(subject: string, range: CloseRange, isDry: boolean): Promise<readonly string[]> {
    if (isDry) return await listedIn(store, subject, range)
    const closed = await store.closeAll(subject, range)
    touches.forget(subject, closed)
    return closed
  }

  return {
    close: async (subject, id, options = {}) => {
      assertKnownOptions(options, closeNames)
      const isDry = readDryRun(options)
      readId(subject, 'subject')
      readId(id, 'id')
      if (options.revoked !== undefined) assertRevoked(options.revoked)
      if (!(await isOwn(subject, id))) return false
      if (options.revoked === undefined) await revokeSessions(settings, subject, [id], options)
      if (isDry) return (await store.get({ subject, id })) !== undefined
      const closed = await store.close(subject, [id])
      touches.forget(subject, [id])
      return closed.length > 0
    },
    closeAll: async (subject, options = {}) => {
      assertKnownOptions(options, closeAllNames)
      const isDry = readDryRun(options)
      readId(subject, 'subject')
      if (options.revoked !== undefined) assertRevoked(options.revoked)
      // A default of now would close sessions that were opened since, whose tokens pass.
      if (options.revoked !== undefined && options.openedUntil === undefined)
        throw new TypeError('openedUntil is required with revoked: the issuedBefore of that revocation.')
      const except = options.except === undefined ? undefined : sessionOf(options.except, subject, settings)
      // One instant for both halves: a session is closed if its tokens are refused, and only then.
      // Later logins are neither, those of the same second included.
      if (marginMs !== undefined && options.openedUntil !== undefined)
        throw new TypeError('openedUntil cannot be given within a transaction, which closes until its commit.')
      const at = now()
      const openedUntil = readPastInstant(options.openedUntil, 'openedUntil', at) ?? at + (marginMs ?? 0)
      const reissueAt = await revokeSubject(subject, openedUntil, options)
      const closed = await closeListed(subject, { openedUntil, ...(except !== undefined && { except }) }, isDry)
      return { closed, ...(reissueAt !== undefined && { reissueAt }) }
    },
  }
}

/** Returns the sessions that a `closeAll` of the store would close now. */
async function listedIn(
  store: SessionStore,
  subject: string,
  { openedUntil, except }: CloseRange,
): Promise<readonly string[]> {
  const open = await store.list(subject)
  return open.filter(({ id, openedAt }) => openedAt <= openedUntil && id !== except).map(({ id }) => id)
}

/**
 * Returns the session of the caller's token.
 *
 * @throws TypeError if the token is that of another subject, or no claims are given.
 * @throws UnidentifiableTokenError if it has no session, or one of a `jti` beside a `sid`: by that,
 * the revocation would exempt tokens whose sessions are closed.
 */
export function sessionOf(claims: Claims, subject: string, { by, revocation }: Settings): string {
  if (typeof claims !== 'object' || claims === null)
    throw new TypeError('except must be the claims of a verified token.')
  if (claims.sub !== undefined && claims.sub !== subject)
    throw new TypeError('except must be the claims of a token of the same subject.')
  const id = claims[by]
  if (id === undefined)
    throw new UnidentifiableTokenError(`The token to exempt has no ${by}, so its session is not known.`)
  if (by === 'jti' && revocation !== undefined && claims.sid !== undefined)
    throw new UnidentifiableTokenError('The token to exempt has a sid, which exempts other tokens with it.')
  return readId(id, `except.${by}`)
}

/** @throws TypeError if it is no result of a revocation: the session would leave the list alone. */
function assertRevoked(revoked: RevokeResult): void {
  if (typeof revoked?.changed !== 'boolean' || typeof revoked.expiresAt !== 'number')
    throw new TypeError('revoked must be what revoke has returned for it.')
}
