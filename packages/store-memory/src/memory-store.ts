import {
  type AuditedStore,
  type AuditLog,
  assertKnownOptions,
  type Duration,
  durationToMs,
  mergeSettings,
  type OptionNames,
  type RestorableStore,
  type SharedSettings,
} from '@revoked/core'
import { type AuditTrail, createAuditTrail } from './audit-trail.ts'
import { createChangeLog } from './change-log.ts'
import { inSlices, turn } from './in-slices.ts'
import { createMarkTable } from './mark-table.ts'
import { createNotedWrites } from './noted-writes.ts'
import { createSweeper } from './sweeper.ts'
import { createWriter } from './writer.ts'

/**
 * Options for {@link memoryStore}.
 *
 * @example
 * ```ts
 * import { memoryStore, type MemoryStoreOptions } from '@revoked/store-memory'
 *
 * // A full store rejects the revocation: it evicts no mark.
 * const options: MemoryStoreOptions = { maxMarks: 100_000 }
 * const store = memoryStore(options)
 * ```
 */
export interface MemoryStoreOptions {
  /**
   * The largest number of marks, about 250 bytes each. Marks of tokens and families may fill four
   * fifths of it and marks of sessions nine tenths, so that subjects, claims and everything can
   * still be revoked. Beyond that, records reject: a live mark is never evicted. Default 1,000,000.
   */
  readonly maxMarks?: number
  /** The number of entries that the change log keeps at least. Default 10,000. */
  readonly logLength?: number
  /**
   * How long the audit trail is kept, such as `'90d'`. Default: there is no trail. It lives in this
   * process, so a restart forgets it.
   */
  readonly auditFor?: Duration
  /**
   * The number of entries of the audit trail that are kept at least, about 300 bytes each. Beyond
   * it, the oldest are dropped before their time. Default 100,000.
   */
  readonly maxAuditEntries?: number
  /** The clock, in ms since the epoch. Give `createRevocation` the same. Default `Date.now`. */
  readonly now?: () => number
}

/**
 * A {@link RestorableStore} in the memory of this process.
 *
 * @example
 * ```ts
 * import { type MemoryStore, memoryStore } from '@revoked/store-memory'
 *
 * const store: MemoryStore = memoryStore()
 * setInterval(() => console.log(`${store.size} live marks`), 60_000).unref()
 * ```
 */
export interface MemoryStore extends RestorableStore {
  /** The number of stored marks. It may include marks that expired within the last second. */
  readonly size: number
  /** The audit trail, if the store was given `auditFor`. */
  readonly audit?: AuditLog
}

const optionNames: OptionNames<MemoryStoreOptions> = {
  maxMarks: true,
  logLength: true,
  auditFor: true,
  maxAuditEntries: true,
  now: true,
}

/** The number of marks to look at in one slice of the sweep: about a millisecond. */
const sweepSliceSize = 1_024

/** The largest batch of a scan that the contract allows. */
const scanBatchSize = 1_000

/**
 * The number of marks to record or to forget in one turn of the event loop: about 2 ms, and 5 ms
 * while maps grow (Node 20.20, 2026-11).
 */
const batchSliceSize = 2_048

/**
 * Returns a store that keeps revocations in this process: for tests, and for applications of one
 * process that may forget them when they restart. `find` returns synchronously. A mark is not found
 * from the millisecond of its expiry on, and is swept in the background.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const revocation = createRevocation({ store: memoryStore({ maxMarks: 100_000 }), maxTokenLifetime: '24h' })
 * await revocation.revoke({ subject: 'alice' }, { reason: 'password_changed' })
 * ```
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function memoryStore(
  options: MemoryStoreOptions & { readonly auditFor: Duration },
): MemoryStore & Pick<AuditedStore, 'audit'>
export function memoryStore(options?: MemoryStoreOptions): MemoryStore
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  assertKnownOptions(options, optionNames)
  const { maxMarks = 1_000_000, logLength = 10_000, now = () => Date.now() } = options
  assertCount(maxMarks, 'maxMarks')
  assertCount(logLength, 'logLength')
  if (typeof now !== 'function') throw new TypeError('now must be a function.')

  const trail = openTrail(options, now)
  const table = createMarkTable()
  const log = createChangeLog(logLength)
  let kept: SharedSettings | undefined
  const wakeSweeper = createSweeper({
    isEmpty: () => table.size === 0,
    sweepSlice: () => table.sweep(now(), sweepSliceSize) === sweepSliceSize,
  })

  const writer = createWriter({
    table,
    maxMarks,
    now,
    changed: (changes) => {
      wakeSweeper()
      log.append(changes)
    },
  })

  const noted = trail && createNotedWrites(writer, trail, batchSliceSize)

  return {
    get size() {
      return table.size
    },

    ...(trail !== undefined && { audit: { read: trail.read } }),

    record: (marks, note) => {
      if (noted !== undefined && note !== undefined) return noted.record(marks, note)
      return inSlices(marks, batchSliceSize, writer.record)
    },

    find: (keys) => table.find(keys, now),

    forget: async (keys, note) => {
      if (noted !== undefined && note !== undefined) await noted.forget(keys, note)
      else await inSlices(keys, batchSliceSize, writer.forget)
    },

    agree: async (settings) => {
      const at = now()
      kept = mergeSettings(kept, settings, at)
      return { ...kept, now: at }
    },

    logs: 1,
    logOf: () => 0,
    logKey: (key) => key,
    read: async (index, after) => {
      assertLog(index)
      return log.read(after)
    },
    subscribe: (index, listener) => {
      assertLog(index)
      return log.subscribe(listener)
    },
    scan: async function* (index) {
      assertLog(index)
      for (const batch of table.batches(scanBatchSize)) {
        const at = now()
        yield batch.filter(({ mark }) => mark.expiresAt > at)
        await turn()
      }
    },
    restore: async (index, marks) => {
      assertLog(index)
      return await inSlices(marks, batchSliceSize, writer.record)
    },
  }
}

function openTrail(
  { auditFor, maxAuditEntries = 100_000 }: MemoryStoreOptions,
  now: () => number,
): AuditTrail | undefined {
  assertCount(maxAuditEntries, 'maxAuditEntries')
  if (auditFor === undefined) return undefined
  const keepMs = durationToMs(auditFor, 'auditFor')
  if (keepMs === 0) throw new RangeError('auditFor must be more than 0.')
  return createAuditTrail({ keepMs, maxEntries: maxAuditEntries, now })
}

function assertCount(value: number, option: string): void {
  if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`${option} must be a whole number, at least 1.`)
}

function assertLog(index: number): void {
  if (index !== 0) throw new RangeError('The memory store has one log: 0.')
}
