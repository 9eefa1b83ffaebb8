import { assertKnownOptions, type Duration, type OptionNames, type WithinOptions } from '@revoked/core'
import type { StoredSession } from '@revoked/core/sessions'
import { readId } from './arguments.ts'
import { type Authenticated, assertFresh, isFresh } from './authentication-age.ts'
import { type CloseAllOptions, type CloseAllResult, type CloseOptions, createCloser } from './close-sessions.ts'
import { createDeviceCodec } from './device-codec.ts'
import { createOpener, type OpenOptions } from './open-session.ts'
import { type DeviceReader, readOptions, type SessionsOptions } from './options.ts'
import { byLastUse, type ListedSession, type Session, toSession } from './session.ts'
import { createTouches, type TouchOptions, type TouchResult } from './touch-session.ts'
import { openWithin, type SessionsWithin } from './within.ts'

/**
 * The options of `list`.
 *
 * @example
 * ```ts
 * import type { ListOptions, Sessions } from '@revoked/sessions'
 *
 * const devices = async (sessions: Sessions<unknown>, subject: string, sid: string) => {
 *   const options: ListOptions = { current: sid }
 *   return await sessions.list(subject, options)
 * }
 * ```
 */
export interface ListOptions {
  /** The id of the caller's own session, which is listed with `isCurrent`. */
  readonly current?: string | undefined
}

/**
 * The sessions of an application. Made by {@link createSessions}.
 *
 * Every method rejects with `RevocationUnavailableError` (503) if the store is unavailable, with
 * `TypeError` or `RangeError` for a wrong argument, and never tells an unknown session from that of
 * another subject.
 *
 * @example
 * ```ts
 * import type { Sessions } from '@revoked/sessions'
 *
 * const logOut = async (sessions: Sessions<unknown>, subject: string, sid: string): Promise<void> => {
 *   const wasOpen = await sessions.close(subject, sid, { reason: 'logout' })
 *   console.log(wasOpen ? 'closed' : 'was closed before')
 * }
 * ```
 */
export interface Sessions<Device> {
  /**
   * Opens a session at a login. Put its `id` into tokens as `sid`, and `openedAt / 1000` as
   * `session_at`. With a revocation, it resolves only if such tokens pass: if `closeAll` of the
   * subject happens meanwhile, the session is opened again after it.
   *
   * If it rejects because a store is unavailable, the session may be listed nevertheless, until it
   * expires. To repeat the attempt, give the same `id`.
   *
   * @throws TooManySessionsError if `maxPerSubject` are open, and `onFull` is `'refuse'`.
   * @throws TokenRevokedError if its tokens would be refused: the session was closed meanwhile, or
   * a revocation of the subject reaches into the future, or `openedAt` or `endsAt` has it over
   * (`reason: 'session_over'`).
   * @throws RevocationUnavailableError if the revocation is unavailable.
   */
  open(options: OpenOptions<Device>): Promise<Session<Device>>
  /**
   * Notes that a session is used, at most once a minute in this process, or four times in its idle
   * time if that is less. Otherwise it resolves without a round-trip. Concurrent uses share a
   * write. Call it for requests whose token was checked: it is no check.
   */
  touch(subject: string, id: string, options?: TouchOptions): Promise<TouchResult<Device>>
  /** Returns an open session, or `undefined`. */
  get(subject: string, id: string): Promise<Session<Device> | undefined>
  /** Returns the open sessions of a subject, the most recently used first. */
  list(subject: string, options?: ListOptions): Promise<readonly ListedSession<Device>[]>
  /** Returns the number of open sessions of a subject. */
  count(subject: string): Promise<number>
  /**
   * Closes a session of a subject, and returns whether it was open. First its tokens are refused,
   * then it leaves the list. If either fails it rejects, and a repetition completes it.
   *
   * @throws RevocationUnavailableError if the revocation failed.
   */
  close(subject: string, id: string, options?: CloseOptions): Promise<boolean>
  /**
   * Closes all sessions of a subject that were opened until now, except that of a token. Later
   * logins are not affected. First the tokens are refused, then the sessions leave the list. If
   * either fails it rejects, and a repetition completes it.
   *
   * @throws RevocationUnavailableError if the revocation failed.
   * @throws UnidentifiableTokenError if the token to exempt has no session or, with a revocation,
   * no `iat`.
   */
  closeAll(subject: string, options?: CloseAllOptions): Promise<CloseAllResult>
  /**
   * Returns `open`, `close` and `closeAll` in a transaction of the caller, in the database of the
   * store and of the revocation's store: such as the one that creates the user, or changes the
   * password. Nothing of it is seen before the commit, and if it is rolled back, nothing happened.
   * Call `afterCommit` of it after the commit.
   *
   * @throws TypeError if the store, or that of the revocation, cannot write in a transaction of its
   *   caller, or if it is none.
   * @throws RangeError if the margin is more than `clockTolerance` of the revocation.
   */
  within(transaction: unknown, options?: WithinOptions): SessionsWithin<Device>
  /**
   * Returns whether the user of a session has proved within `maxAge` who they are.
   *
   * @throws TypeError or RangeError for an age that is not whole seconds, at least one.
   */
  isFresh(session: Authenticated, maxAge: Duration): boolean
  /**
   * Asserts the same, for what needs a fresh password ("step-up"). After one, call `touch` with
   * `authenticatedAt`, or `rotate` of `@revoked/jose`.
   *
   * @throws StaleAuthenticationError if it is longer ago.
   */
  assertFresh(session: Authenticated, maxAge: Duration): void
}

const listNames: OptionNames<ListOptions> = { current: true }

/**
 * Creates the sessions of an application: who is logged in where.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { createSessions } from '@revoked/sessions'
 * import { memorySessions, memoryStore } from '@revoked/store-memory'
 *
 * const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '1h' })
 * const sessions = createSessions({
 *   store: memorySessions(),
 *   revocation,
 *   idleTimeout: '30m',
 *   absoluteLifetime: '30d',
 *   readDevice: (value) => ({ name: String(Object(value).name) }),
 * })
 *
 * const { id } = await sessions.open({ subject: 'ada', device: { name: 'Firefox on Linux' } })
 * for (const { device, isCurrent } of await sessions.list('ada', { current: id })) console.log(device?.name, isCurrent)
 * await sessions.close('ada', id)
 * ```
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function createSessions<Device>(
  options: SessionsOptions<Device> & { readonly readDevice: DeviceReader<Device> },
): Sessions<Device>
export function createSessions(options: SessionsOptions<unknown>): Sessions<unknown>
export function createSessions(options: SessionsOptions<unknown>): Sessions<unknown> {
  const settings = readOptions(options)
  const { store, now } = settings
  const codec = createDeviceCodec(options.readDevice ?? ((value) => value))
  const show = (stored: StoredSession): Session<unknown> => toSession(stored, codec.decode(stored.data))
  const touches = createTouches(settings, show)
  const open = createOpener(settings, codec, touches)

  return Object.freeze({
    open: async (login: OpenOptions<unknown>) => show(await open(login)),
    touch: touches.touch,
    get: async (subject: string, id: string) => {
      const stored = await store.get({ subject: readId(subject, 'subject'), id: readId(id, 'id') })
      return stored === undefined ? undefined : show(stored)
    },
    list: async (subject: string, listOptions: ListOptions = {}) => {
      assertKnownOptions(listOptions, listNames)
      const { current } = listOptions
      if (current !== undefined) readId(current, 'current')
      const stored = await store.list(readId(subject, 'subject'))
      return stored
        .map(show)
        .sort(byLastUse)
        .map((session) => Object.freeze({ ...session, isCurrent: session.id === current }))
    },
    count: async (subject: string) => await store.count(readId(subject, 'subject')),
    ...createCloser(settings, touches),
    within: (transaction: unknown, withinOptions?: WithinOptions) =>
      openWithin({ settings, codec, show, touches }, transaction, withinOptions),
    isFresh: (session: Authenticated, maxAge: Duration) => isFresh(session, maxAge, now()),
    assertFresh: (session: Authenticated, maxAge: Duration) => assertFresh(session, maxAge, now()),
  })
}
