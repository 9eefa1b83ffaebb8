import {
  assertAllowed,
  assertKnownOptions,
  type Duration,
  type ObservedRefusal,
  type OptionNames,
  refusalOf,
  TokenRevokedError,
  type Verdict,
} from '@revoked/core'
import type { StoredSession } from '@revoked/core/sessions'
import { readAtMost, readId, readInstant, readPastInstant } from './arguments.ts'
import type { DeviceCodec } from './device-codec.ts'
import { TooManySessionsError } from './errors.ts'
import { openWithinLimit } from './open-within-limit.ts'
import type { Settings } from './options.ts'
import { createSessionId, ownerOf } from './session-id.ts'
import type { TouchNotes } from './touch-session.ts'
import { waitUntilPast } from './wait-until-past.ts'

/**
 * What is known at a login.
 *
 * @example
 * ```ts
 * import type { OpenOptions, Sessions } from '@revoked/sessions'
 *
 * const login: OpenOptions<string> = { subject: 'alice', device: 'Firefox on Linux', idleTimeout: '15m' }
 * const logIn = (sessions: Sessions<string>) => sessions.open(login)
 * ```
 */
export interface OpenOptions<Device> {
  /** Who has logged in: the `sub` of the tokens. */
  readonly subject: string
  /** What the application shows of the device: any value of JSON, at most 4 KiB. */
  readonly device?: Device
  /**
   * The id of the session. Default: a new one of `createSessionId`. Never take one from a request.
   * An attempt with the same id may be repeated.
   */
  readonly id?: string
  /**
   * How long this session may lie idle. At most, and by default, the option of `createSessions`.
   */
  readonly idleTimeout?: Duration
  /**
   * How long this session may last: "remember me". At most, and by default, `absoluteLifetime` of
   * `createSessions`.
   */
  readonly lifetime?: Duration
  /** In ms since the epoch: when the user proved who they are. Default `openedAt`. */
  readonly authenticatedAt?: number
  /**
   * In ms since the epoch: when the session began, if it is listed later than that, such as one
   * from before there was a list. Its lifetime counts from then on, and what revoked its subject
   * since then refuses it. `maxPerSubject` neither refuses it nor closes another one for it. Give
   * its `id`. Default now.
   */
  readonly openedAt?: number
  /** In ms since the epoch: when it ends at the latest. */
  readonly endsAt?: number
}

const optionNames: OptionNames<OpenOptions<unknown>> = {
  subject: true,
  device: true,
  id: true,
  idleTimeout: true,
  lifetime: true,
  authenticatedAt: true,
  openedAt: true,
  endsAt: true,
}

/** The verdict on a session that the list has closed together with all others of its subject. */
const closedMeanwhile: Verdict = { status: 'revoked', allowed: false, by: 'sub' }

/** How often a login is tried while all sessions of its subject are being closed. */
const maxAttempts = 3

/** Creates the function that opens sessions. It returns them as they are stored. */
export function createOpener<Device>(
  settings: Settings,
  codec: DeviceCodec<Device>,
  touches: TouchNotes,
): (options: OpenOptions<Device>) => Promise<StoredSession> {
  const { store, now } = settings

  /**
   * Opens a session of a new id and checks its tokens, in one round-trip: the check need not wait,
   * because a revocation that it is too early for is followed by a `closeAll` of the list, which
   * closes this session, or keeps it from being opened. Nobody can close it alone before it is
   * listed. If anything fails, nobody learns its id, so it is closed again as well as can be, once
   * the list has answered: it would take a place of `maxPerSubject`.
   */
  async function openNew(opened: StoredSession): Promise<Opened> {
    const [opening, checking] = await Promise.allSettled([
      openWithinLimit(opened, settings, touches),
      verdictOn(opened, settings),
    ])
    try {
      const closedUntil = resultOf(opening)
      const verdict = resultOf(checking)
      if (closedUntil !== undefined) return { stored: opened, verdict: closedMeanwhile, closedUntil }
      if (verdict?.status === 'unavailable') assertAllowed(verdict)
      return { stored: opened, verdict }
    } catch (error) {
      if (!(error instanceof TooManySessionsError)) await Promise.allSettled([store.close(opened.subject, [opened.id])])
      throw error
    }
  }

  /**
   * Opens a session of an id that was given, and checks its tokens afterwards: the id may be known,
   * such as from an earlier attempt, and may be closed before it is listed again. The revocation of
   * that close is done then, so that the check finds it.
   */
  async function openGiven(opened: StoredSession): Promise<Opened> {
    const closedUntil = await openWithinLimit(opened, settings, touches)
    if (closedUntil !== undefined) return { stored: opened, verdict: closedMeanwhile, closedUntil }
    const [found, early] = await Promise.all([store.get(opened), verdictOn(opened, settings)])
    // It may have been open already, and stays as it was.
    const stored = found ?? opened
    const verdict = stored.openedAt === opened.openedAt ? early : await verdictOn(stored, settings)
    if (verdict?.status === 'unavailable') assertAllowed(verdict)
    return { stored, verdict }
  }

  /**
   * Opens a session from before. If all of its subject were closed since, the marks decide, which
   * were written before the list remembered it: they exempt the session of the caller.
   */
  async function openFromBefore(opened: StoredSession): Promise<Opened> {
    const result = await store.open(opened)
    const stored = (await store.get(opened)) ?? opened
    const verdict = await verdictOn(opened, settings)
    if (verdict?.status === 'unavailable') assertAllowed(verdict)
    if (result.opened || verdict?.allowed === false) return { stored, verdict }
    if (verdict === undefined || isRevoked(refusalOf(verdict)) || !('closedUntil' in result))
      return { stored, verdict: closedMeanwhile }
    const openedAt = result.closedUntil + 1
    const exempted = { ...opened, openedAt, usedAt: Math.max(opened.usedAt, openedAt) }
    return (await store.open(exempted)).opened
      ? { stored: exempted, verdict }
      : { stored: exempted, verdict: closedMeanwhile }
  }

  const openOf = ({ isNew, isNewId }: Login): ((opened: StoredSession) => Promise<Opened>) => {
    if (!isNew) return openFromBefore
    return isNewId ? openNew : openGiven
  }

  return async (options) => {
    const login = await readLogin(options, settings)
    const data = codec.encode(options.device)
    for (let at = now(), attempt = 1; ; at = Math.max(now(), at + 1), attempt++) {
      const opened = { ...sessionAt(login, at), data }
      if (opened.endsAt <= at) throw new TokenRevokedError(settings.by, 'session_over')
      const { stored, verdict, closedUntil } = await openOf(login)(opened)
      const refusal = verdict && refusalOf(verdict)
      // A session that began before is closed with the others. In the mode `'observe'`, too: the
      // tokens of a new one must pass once revocations are enforced.
      const isRetried = login.isNew && attempt < maxAttempts && isRevokedWithOthers(refusal)
      if (verdict === undefined || (verdict.allowed && !isRetried)) {
        touches.noteOpened(stored)
        return stored
      }
      if (isRevoked(refusal)) await store.close(stored.subject, [stored.id])
      if (!isRetried) assertAllowed(verdict)
      else if (closedUntil !== undefined) await waitUntilPast(closedUntil, settings)
    }
  }
}

function isRevoked(refusal: ObservedRefusal | undefined): refusal is TokenRevokedError {
  return refusal?.code === 'ERR_TOKEN_REVOKED'
}

function isRevokedWithOthers(refusal: ObservedRefusal | undefined): boolean {
  return isRevoked(refusal) && (refusal.by === 'sub' || refusal.by === 'all')
}

/** A session that was opened, and what its tokens meet. */
interface Opened {
  readonly stored: StoredSession
  readonly verdict: Verdict | undefined
  /** The instant of the `closeAll` that kept it from being opened. */
  readonly closedUntil?: number
}

/** Returns the value of a settled promise, or throws what it was rejected with. */
function resultOf<Value>(settled: PromiseSettledResult<Value>): Value {
  if (settled.status === 'rejected') throw settled.reason
  return settled.value
}

interface Login extends Pick<StoredSession, 'subject' | 'id' | 'idleMs'> {
  readonly lifetimeMs: number
  readonly authenticatedAt: number | undefined
  readonly openedAt: number | undefined
  readonly latestEnd: number
  /** Whether nobody else may have the id. */
  readonly isNewId: boolean
  /** Whether it begins now. */
  readonly isNew: boolean
}

function sessionAt(login: Login, at: number): Omit<StoredSession, 'data'> {
  const { subject, id, idleMs, lifetimeMs, latestEnd, openedAt = at, authenticatedAt = openedAt } = login
  const endsAt = Math.min(openedAt + lifetimeMs, latestEnd)
  return { subject, id, idleMs, openedAt, usedAt: at, authenticatedAt, endsAt }
}

async function readLogin(options: OpenOptions<unknown>, settings: Settings): Promise<Login> {
  assertKnownOptions(options, optionNames)
  const subject = readId(options.subject, 'subject')
  const { id, openedAt, endsAt } = options
  const now = settings.now()
  if (openedAt !== undefined && id === undefined)
    throw new TypeError('openedAt goes with id: the session began before it is listed.')
  const idle = { ms: settings.idleMs, name: 'idleTimeout' }
  const lifetime = { ms: settings.lifetimeMs, name: 'absoluteLifetime' }
  return {
    subject,
    idleMs: readAtMost(options.idleTimeout, 'idleTimeout', idle),
    lifetimeMs: readAtMost(options.lifetime, 'lifetime', lifetime),
    authenticatedAt: readPastInstant(options.authenticatedAt, 'authenticatedAt', now),
    openedAt: readPastInstant(openedAt, 'openedAt', now),
    latestEnd: endsAt === undefined ? Infinity : readInstant(endsAt, 'endsAt'),
    isNew: openedAt === undefined,
    isNewId: id === undefined,
    id: id === undefined ? await createSessionId(subject) : await readOwnId(id, subject),
  }
}

/** @throws RangeError if it is the id of a session of another subject. */
async function readOwnId(value: string, subject: string): Promise<string> {
  const id = readId(value, 'id')
  if ((await ownerOf(id, subject)) === 'other') throw new RangeError('id must not be that of another subject.')
  return id
}

/**
 * Returns whether tokens of a session that is being opened pass. They do not if the revocation of
 * the subject's tokens came before, although the list may not be closed yet, or may never be,
 * because the `closeAll` failed between its halves. An allowlist is not asked: it may answer before
 * the session is listed.
 */
export async function verdictOn(session: StoredSession, settings: Settings): Promise<Verdict | undefined> {
  const { revocation, by, iss } = settings
  const claims = {
    sub: session.subject,
    [by]: session.id,
    iat: session.usedAt / 1_000,
    session_at: session.openedAt / 1_000,
    ...(iss !== undefined && { iss }),
  }
  return await revocation?.check(claims, { unlisted: true })
}
