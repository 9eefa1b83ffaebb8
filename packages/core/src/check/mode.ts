import { type Claims, readToken } from '../claims/claims.ts'
import type { RevocationUnavailableError, TokenLifetimeError, TokenRevokedError } from '../errors.ts'
import type { Settings } from '../options.ts'
import { refusalOf, type Verdict } from './verdict.ts'

/**
 * What a check does with a token that it would refuse: `'enforce'` refuses it, and `'observe'`
 * reports it and lets it pass.
 *
 * @example
 * ```ts
 * import { createRevocation, type RevocationMode } from '@revoked/core'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const mode: RevocationMode = process.env['REVOCATION_MODE'] === 'enforce' ? 'enforce' : 'observe'
 * const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '24h', mode })
 * ```
 */
export type RevocationMode = 'enforce' | 'observe'

/**
 * What a token is refused for that passes in the mode `'observe'`: it was revoked or is not listed,
 * the store is unavailable, or it lives longer than its marks.
 *
 * @example
 * ```ts
 * import type { ObservedRefusal } from '@revoked/core'
 *
 * const count = new Map<string, number>()
 * const note = ({ code }: ObservedRefusal): void => void count.set(code, (count.get(code) ?? 0) + 1)
 * ```
 */
export type ObservedRefusal = TokenRevokedError | RevocationUnavailableError | TokenLifetimeError

/**
 * What became of a token that a check would refuse.
 *
 * @example
 * ```ts
 * import type { RefusalOutcome } from '@revoked/core'
 *
 * const label = ({ refused }: RefusalOutcome): string => (refused ? 'refused' : 'would be refused')
 * ```
 */
export interface RefusalOutcome {
  /** The claims that were checked. They contain ids: keep them out of logs that must not. */
  readonly claims: Claims
  /** `false` if it passed, because the mode is `'observe'`. */
  readonly refused: boolean
}

/**
 * The option `onRefused` of `createRevocation`: called with the error that `assertActive` throws,
 * or would throw in the mode `'enforce'`.
 *
 * @example
 * ```ts
 * import { createRevocation, type OnRefused } from '@revoked/core'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const onRefused: OnRefused = (error, { refused }) => {
 *   const { code } = error as { code?: string }
 *   console.info(refused ? 'refused' : 'would be refused', code)
 * }
 * const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '24h', mode: 'observe', onRefused })
 * ```
 */
export type OnRefused = (error: Error, outcome: RefusalOutcome) => unknown

/** @throws TypeError if a value is no mode. One that was misspelt would be taken for the other. */
export function assertMode(mode: unknown): void {
  if (mode !== 'enforce' && mode !== 'observe') throw new TypeError("mode must be 'enforce' or 'observe'.")
}

/**
 * Applies the mode to what a check has resolved to, or rejected with, and reports every refusal.
 *
 * @throws what the check has rejected with, unless the mode lets the token pass.
 */
export async function applyMode(
  checking: Promise<Verdict>,
  claims: Claims,
  settings: Pick<Settings, 'mode' | 'onRefused'> & ExpirySettings,
): Promise<Verdict> {
  const isObserved = settings.mode === 'observe'
  try {
    const verdict = await checking
    if (verdict.allowed) return verdict
    const error = refusalOf(verdict)
    if (error === undefined) return verdict
    report(settings.onRefused, error, { claims, refused: !isObserved })
    return isObserved ? observed(error) : verdict
  } catch (error) {
    const passes = isObserved && passesObserved(error, claims, settings)
    if (isRefusal(error)) report(settings.onRefused, error, { claims, refused: !passes })
    if (!passes) throw error
    return observed(error)
  }
}

function observed(error: ObservedRefusal): Verdict {
  return { status: 'observed', allowed: true, error }
}

type ExpirySettings = Pick<Settings, 'claims' | 'issuer' | 'identify' | 'clockTolerance' | 'now'>

/**
 * Returns whether the mode `'observe'` lets a token pass that a check rejects. An expired one is
 * refused in any mode, and so are claims that cannot be used.
 */
function passesObserved(error: unknown, claims: Claims, settings: ExpirySettings): error is TokenLifetimeError {
  if (codeOf(error) !== 'ERR_TOKEN_LIFETIME') return false
  const { expiresAt } = readToken(claims, settings)
  return expiresAt === undefined || settings.now() < expiresAt + settings.clockTolerance
}

/** Calls the function of the application. What it throws or rejects with changes no verdict. */
export function report(onRefused: OnRefused | undefined, error: Error, outcome: RefusalOutcome): void {
  try {
    const result: unknown = onRefused?.(error, outcome)
    // An unhandled rejection would end the process.
    if (result instanceof Promise) result.catch(() => undefined)
  } catch {
    // An error of a report is reported nowhere.
  }
}

/** Wrong options of a check are mistakes of the caller, and no refusals. */
function isRefusal(error: unknown): error is Error {
  const code = codeOf(error)
  return code === 'ERR_TOKEN_LIFETIME' || code === 'ERR_INVALID_CLAIMS'
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
