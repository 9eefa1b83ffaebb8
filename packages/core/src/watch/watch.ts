// Declares `Disposable` for projects that compile with an older library.
/// <reference lib="esnext.disposable" preserve="true" />
import type { CheckOptions } from '../check/check.ts'
import { assertFailPolicy } from '../check/fail-policy.ts'
import { assertMode } from '../check/mode.ts'
import type { Claims } from '../claims/claims.ts'
import type { Duration } from '../claims/duration.ts'
import { assertBounded, tokenEndsAt } from '../claims/lifetime.ts'
import { TokenExpiredError } from '../errors.ts'
import { systemClock } from '../follow/clock.ts'
import { assertKnownOptions, type OptionNames } from '../known-options.ts'
import type { AgreeingSettings } from '../settings/agreement.ts'
import { type ChangeSource, changeSourceOf } from './change-source.ts'
import { createWatchHub, type WatchHub } from './watch-hub.ts'
import { createWatchMode, type WatchMode } from './watch-mode.ts'
import { lookupOf, type TokenLookup, type WatchedToken } from './watched-token.ts'

/**
 * The watch over the token of a live connection.
 *
 * @example
 * ```ts
 * import type { Watch } from '@revoked/core'
 *
 * // Streams until the token is revoked or expires.
 * async function stream(watch: Watch, next: () => Promise<string>, send: (text: string) => void): Promise<void> {
 *   using _ = watch
 *   while (!watch.signal.aborted) send(await next())
 * }
 * ```
 */
export interface Watch extends Disposable {
  /**
   * Aborts, once, when the connection must end. Its `reason` is an error with a `code` and a
   * `status`: TokenRevokedError (401), TokenExpiredError (401), RevocationUnavailableError (503),
   * or the error with which `check` rejects for these claims.
   */
  readonly signal: RuntimeAbortSignal
  /**
   * Ends the watch. Must be called when the connection was closed. The signal does not abort any
   * more.
   */
  readonly close: () => void
}

/**
 * Options for `watch`.
 *
 * @example
 * ```ts
 * import type { Claims, Revocation, WatchOptions } from '@revoked/core'
 *
 * const options: WatchOptions = { maxStaleness: '5s', failPolicy: 'open' }
 * const watchSocket = (revocation: Revocation, claims: Claims) => revocation.watch(claims, options)
 * ```
 */
export interface WatchOptions extends Omit<CheckOptions, 'unlisted'> {
  /**
   * The time after which a token counts as unconfirmed if the change log cannot be read: from 50 ms
   * to a minute, default `'2s'`. Excluded by a store that has such an option itself.
   */
  readonly maxStaleness?: Duration | undefined
}

/**
 * The `AbortSignal` of the runtime, or its main members if no types of the runtime are loaded.
 *
 * @example
 * ```ts
 * import type { RuntimeAbortSignal } from '@revoked/core'
 *
 * const closeWith = (signal: RuntimeAbortSignal, socket: { close(code: number): void }): void =>
 *   signal.addEventListener('abort', () => socket.close(4401))
 * ```
 */
export type RuntimeAbortSignal = typeof globalThis extends {
  readonly AbortSignal: { readonly prototype: infer Signal }
}
  ? Signal
  : MinimalAbortSignal

interface MinimalAbortSignal {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

// Every JavaScript runtime has it, but the library of the language does not declare it.
declare const AbortController: new () => { readonly signal: RuntimeAbortSignal; abort(reason: unknown): void }

const optionNames: OptionNames<WatchOptions> = { failPolicy: true, refresh: true, maxStaleness: true, mode: true }

/** Creates `watch`. All watches with the same bound share one follower of the change log. */
export function createWatch(settings: AgreeingSettings): (claims: Claims, options?: WatchOptions) => Watch {
  const hubs = new Map<number, WatchHub>()

  /** Returns what the marks of a token are looked up by. @throws as `check` rejects. */
  function readLookup(claims: Claims, { followed }: ChangeSource, { isObserved, ends }: WatchMode): TokenLookup {
    const policy = settings.agreement.last()?.policy ?? settings
    const lookup = lookupOf(claims, policy, { settings, followed })
    const at = settings.now()
    if (at >= tokenEndsAt(lookup.token, settings)) throw new TokenExpiredError()
    try {
      assertBounded(lookup.token, at, settings)
    } catch (error) {
      if (!isObserved || ends(error)) throw error
    }
    return lookup
  }

  return (claims, options = {}) => {
    assertWatchOptions(options)
    const source = changeSourceOf(settings.store, options.maxStaleness)
    const hub = hubs.get(source.maxStalenessMs) ?? createWatchHub({ settings, source, clock: systemClock })
    hubs.set(source.maxStalenessMs, hub)
    const controller = new AbortController()
    const inMode = createWatchMode(claims, options, settings)
    let isOpen = true
    let watched: WatchedToken | undefined

    function close(): void {
      isOpen = false
      if (watched !== undefined) hub.remove(watched)
    }

    function end(reason: unknown): void {
      if (!isOpen || !inMode.ends(reason)) return
      close()
      controller.abort(reason)
    }

    // Not at once: the caller adds its listener afterwards.
    const endSoon = (reason: unknown): void => void Promise.resolve().then(() => end(reason))

    try {
      const lookup = readLookup(claims, source, inMode)
      watched = {
        claims,
        isRefresh: options.refresh === true,
        failPolicy: inMode.failPolicy,
        endsAt: tokenEndsAt(lookup.token, settings),
        end,
        lookup,
        provenAt: systemClock.monotonic(),
      }
    } catch (reason) {
      // Not thrown: a token that cannot be used must not end the process of a server that calls
      // this in an event handler.
      endSoon(reason)
    }
    try {
      if (watched !== undefined) hub.add(watched)
    } catch (cause) {
      // A connection that opens while the server shuts down must not end the process either.
      if (!isUnavailable(cause)) throw cause
      watched = undefined
      endSoon(cause)
    }
    return { signal: controller.signal, close, [Symbol.dispose]: close }
  }
}

/** Compared by code, because the store may come from another copy of core. */
function isUnavailable(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_REVOCATION_UNAVAILABLE'
}

/** @throws TypeError for an option that `watch` does not know, or that has another type. */
function assertWatchOptions(options: WatchOptions): void {
  assertKnownOptions(options, optionNames)
  if (options.refresh !== undefined && typeof options.refresh !== 'boolean')
    throw new TypeError('The option refresh of watch must be a boolean.')
  if (options.failPolicy !== undefined) assertFailPolicy(options.failPolicy)
  if (options.mode !== undefined) assertMode(options.mode)
}
