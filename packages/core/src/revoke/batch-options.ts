/**
 * The progress of a call with many targets.
 *
 * @example
 * ```ts
 * import type { BatchProgress } from '@revoked/core'
 *
 * const percent = ({ recorded, total }: BatchProgress): number => Math.round((100 * recorded) / total)
 * const log = (progress: BatchProgress): void => console.log(`${percent(progress)} % are stored`)
 * ```
 */
export interface BatchProgress {
  /** The number of targets that are stored, from the first one of the array on. */
  readonly recorded: number
  readonly total: number
}

/**
 * Options of calls that take many targets.
 *
 * @example
 * ```ts
 * import type { BatchOptions, Revocation } from '@revoked/core'
 *
 * const options: BatchOptions = {
 *   signal: AbortSignal.timeout(60_000),
 *   onProgress: ({ recorded, total }) => console.log(`${recorded} of ${total}`),
 * }
 * const banAll = (revocation: Revocation, ids: readonly string[]) =>
 *   revocation.revoke(ids.map((subject) => ({ subject })), options)
 * ```
 */
export interface BatchOptions {
  /**
   * Called after each slice of 500 targets. If it throws, it is not called again: the call stores
   * the rest, and then rejects with what was thrown.
   */
  readonly onProgress?: ((progress: BatchProgress) => void) | undefined
  /**
   * An `AbortSignal`. Once it is aborted, no further slice is begun. The call waits for those under
   * way, and rejects with a `BatchAbortedError` that contains the number of targets that are
   * stored. If all of them are, it resolves.
   */
  readonly signal?: { readonly aborted: boolean; readonly reason?: unknown } | undefined
}

/**
 * Separates the options of batches from those that go with a target.
 *
 * @throws TypeError if they have another type.
 */
export function splitBatchOptions<Options extends BatchOptions>(
  options: Options,
): { readonly batch: BatchOptions; readonly rest: Omit<Options, keyof BatchOptions> } {
  if (typeof options !== 'object' || options === null) throw new TypeError('The options must be an object.')
  const { onProgress, signal, ...rest } = options
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw new TypeError('onProgress must be a function.')
  if (signal !== undefined && typeof signal?.aborted !== 'boolean')
    throw new TypeError('signal must be an AbortSignal.')
  return { batch: { onProgress, signal }, rest }
}
