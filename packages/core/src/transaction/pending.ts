import type { Target } from '../claims/target.ts'
import { type BatchOptions, splitBatchOptions } from '../revoke/batch-options.ts'
import { type AnyRevokeOptions, readInstantOption } from '../revoke/revoke-options.ts'
import type { Key } from '../store/store.ts'

/** The revocations of a transaction, which are repeated after its commit. */
export interface Pending {
  readonly revoked: (targets: readonly Target[], options: AnyRevokeOptions & BatchOptions) => void
  /** Leaves out what was revoked before under exactly these targets. */
  readonly reinstated: (targets: readonly Target[]) => void
  /** Returns what to repeat at this instant, in order. */
  readonly batches: (at: number) => readonly PendingBatch[]
}

/** The targets of one call, with its options. */
export interface PendingBatch {
  readonly targets: readonly Target[]
  readonly options: AnyRevokeOptions
}

/** Returns a list without revocations. */
export function createPending(keyOf: (target: Target) => Key): Pending {
  let batches: readonly PendingBatch[] = []
  const nameOf = (target: Target): string => {
    const { scope, value } = keyOf(target)
    return JSON.stringify([scope, value])
  }

  return {
    revoked: (targets, given) => {
      const { rest: options } = splitBatchOptions<AnyRevokeOptions & BatchOptions>(given)
      batches = [...batches, { targets, options }]
    },
    reinstated: (targets) => {
      const names = new Set(targets.map(nameOf))
      batches = batches.map(({ targets, options }) => ({
        targets: targets.filter((target) => !names.has(nameOf(target))),
        options,
      }))
    },
    batches: (at) =>
      batches.filter(({ targets, options }) => {
        // What was to be kept until then need not be kept any longer.
        const until = readInstantOption(options.until, 'until') ?? Infinity
        return targets.length > 0 && until > at
      }),
  }
}
