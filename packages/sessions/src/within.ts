import { assertAllowed, type WithinOptions } from '@revoked/core'
import type { StoredSession } from '@revoked/core/sessions'
import {
  type CloseAllOptions,
  type CloseAllResult,
  type CloseOptions,
  createCloser,
  sessionOf,
} from './close-sessions.ts'
import type { DeviceCodec } from './device-codec.ts'
import { createOpener, type OpenOptions, verdictOn } from './open-session.ts'
import type { Settings } from './options.ts'
import type { Session } from './session.ts'
import type { TouchNotes } from './touch-session.ts'

/**
 * Sessions in a transaction of the caller, by `Sessions.within`. If it is rolled back, nothing
 * happened. If it is committed, the changes are in force.
 *
 * @example
 * ```ts
 * import type { Claims } from '@revoked/core'
 * import type { Sessions, SessionsWithin } from '@revoked/sessions'
 *
 * // `transact` runs a function in a transaction, as every client of a database can.
 * type Transact = (work: (transaction: unknown) => Promise<void>) => Promise<void>
 *
 * async function changePassword(sessions: Sessions<unknown>, transact: Transact, claims: Claims & { sub: string }) {
 *   let afterCommit: (() => Promise<unknown>) | undefined
 *   await transact(async (transaction) => {
 *     const inside: SessionsWithin<unknown> = sessions.within(transaction)
 *     // ... the statement that stores the new password.
 *     await inside.closeAll(claims.sub, { except: claims, reason: 'password_changed', actor: claims.sub })
 *     afterCommit = inside.afterCommit
 *   })
 *   await afterCommit?.()
 * }
 * ```
 */
export interface SessionsWithin<Device> {
  /**
   * As that of `Sessions`, within the transaction. If it rejects, roll back. Issue its tokens after
   * `afterCommit` only.
   *
   * To log a user in and close all other sessions in one transaction, open first, and give
   * `closeAll` the claims of the new session as `except`.
   *
   * @throws TypeError (rejects) after `closeAll` of the subject in the same transaction.
   */
  open(options: OpenOptions<Device>): Promise<Session<Device>>
  /** As that of `Sessions`, within the transaction. If it rejects, roll back. */
  close(subject: string, id: string, options?: CloseOptions): Promise<boolean>
  /**
   * As that of `Sessions`, within the transaction. It reaches `margin` into the future, because a
   * session that is opened before the commit must not survive it. If it rejects, roll back.
   */
  closeAll(subject: string, options?: CloseAllOptions): Promise<CloseAllResult>
  /**
   * Call it once the transaction is committed, and only then. It closes what was opened before the
   * commit of subjects whose sessions were all closed, makes all caches learn of the changes at
   * once, and checks the sessions that were opened.
   *
   * @returns what it has closed beyond what `closeAll` has.
   * @throws TokenRevokedError if a session that was opened is refused, because it was closed
   *   meanwhile, or its subject was. It is closed then.
   * @throws RevocationUnavailableError if a store failed. Call it again, it is safe.
   */
  afterCommit(): Promise<CloseAllResult>
}

/** What `within` is made of. */
export interface WithinParts<Device> {
  readonly settings: Settings
  readonly codec: DeviceCodec<Device>
  readonly show: (stored: StoredSession) => Session<Device>
  readonly touches: TouchNotes
}

/** A `closeAll` of the transaction. */
interface Closing {
  readonly subject: string
  readonly except: string | undefined
}

/**
 * Returns the writing side within a transaction.
 *
 * @throws TypeError or RangeError if a store has no transactions, or for a wrong argument.
 */
export function openWithin<Device>(
  { settings, codec, show, touches }: WithinParts<Device>,
  transaction: unknown,
  options: WithinOptions = {},
): SessionsWithin<Device> {
  const { revocation, storeWithin } = settings
  if (storeWithin === undefined) {
    throw new TypeError(
      'The store of sessions cannot write in a transaction of its caller: sqliteSessions of @revoked/store-sqlite and postgresSessions of @revoked/store-postgres can.',
    )
  }
  const marks = revocation?.within(transaction, options)
  const store = storeWithin(transaction)
  const inside: Settings = {
    ...settings,
    store,
    marginMs: marks?.margin ?? 0,
    revocation: revocation && marks && { ...revocation, revoke: marks.revoke },
  }
  const later = createLater(touches)
  const openInside = createOpener(inside, codec, later.notes)
  const closer = createCloser(inside, later.notes)
  let opened: readonly StoredSession[] = []
  const closings: Closing[] = []
  let committed: { readonly at: number; readonly reissueAt?: number } | undefined
  let isOver = false

  function assertUnderWay(): void {
    if (committed !== undefined || isOver)
      throw new TypeError('The transaction is over: call within again for the next one.')
  }

  function forget(subject: string, ids: readonly string[]): void {
    opened = opened.filter((session) => session.subject !== subject || !ids.includes(session.id))
  }

  async function afterCommit(): Promise<CloseAllResult> {
    if (isOver) assertUnderWay()
    committed ??= (await marks?.afterCommit()) ?? { at: settings.now() }
    const closed = await closeOpenedSince(settings, closings, Math.floor(committed.at))
    later.run()
    for (const session of opened) await assertOpen(settings, session)
    isOver = true
    const { reissueAt } = committed
    return { closed, ...(reissueAt !== undefined && { reissueAt }) }
  }

  return Object.freeze({
    open: async (login: OpenOptions<Device>) => {
      assertUnderWay()
      if (closings.some(({ subject }) => subject === login?.subject))
        throw new TypeError('open must come before closeAll of the same subject, with the new session as except.')
      const session = await openInside(login)
      opened = [...opened, session]
      return show(session)
    },
    close: async (subject: string, id: string, closeOptions?: CloseOptions) => {
      assertUnderWay()
      const wasOpen = await closer.close(subject, id, closeOptions)
      forget(subject, [id])
      return wasOpen
    },
    closeAll: async (subject: string, closeOptions: CloseAllOptions = {}) => {
      assertUnderWay()
      const result = await closer.closeAll(subject, closeOptions)
      const { except } = closeOptions
      closings.push({ subject, except: except && sessionOf(except, subject, settings) })
      forget(subject, result.closed)
      return result
    },
    afterCommit,
  })
}

/** Closes what was opened until the commit of subjects whose sessions were all closed. */
async function closeOpenedSince(
  { store }: Settings,
  closings: readonly Closing[],
  openedUntil: number,
): Promise<readonly string[]> {
  const closed: string[] = []
  for (const { subject, except } of closings) {
    const ids = await store.closeAll(subject, { openedUntil, ...(except !== undefined && { except }) })
    closed.push(...ids)
  }
  return closed
}

/** @throws TokenRevokedError if the tokens of a session are refused: then it is closed. */
async function assertOpen(settings: Settings, session: StoredSession): Promise<void> {
  const verdict = await verdictOn(session, settings)
  if (verdict === undefined) return
  if (verdict.status === 'revoked') await settings.store.close(session.subject, [session.id])
  assertAllowed(verdict)
}

/** Notes of uses that wait for the commit: what is rolled back must not have been noted. */
function createLater(touches: TouchNotes): { readonly notes: TouchNotes; readonly run: () => void } {
  const calls: (() => void)[] = []
  return {
    notes: {
      noteOpened: (session) => void calls.push(() => touches.noteOpened(session)),
      forget: (subject, ids) => void calls.push(() => touches.forget(subject, ids)),
    },
    run: () => {
      for (const call of calls.splice(0)) call()
    },
  }
}
