import { MarkExpiredError, type RestorableStore } from '@revoked/core'
import { CliError } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import type { Pace } from '../progress/pace.ts'
import { type ExportEnd, type ExportedMark, type ExportHeader, isEnd, readLine } from './export-format.ts'
import { digestProblem, namingOf } from './naming.ts'
import { type PlacedMark, renameMark } from './rename-mark.ts'

/** What is imported, and from where on. */
export interface ImportOptions {
  readonly store: RestorableStore
  readonly header: ExportHeader
  /** The lines after the first one. */
  readonly lines: AsyncIterable<string>
  /** The number of marks that an earlier run has stored already. */
  readonly skip: number
  readonly pace: Pace
  /** Ends the import after the batch under way. */
  readonly signal: AbortSignal
  /** Called after each batch with the number of marks that are stored, skipped ones included. */
  readonly onStored: (marks: number) => Promise<void> | void
}

/** What an import did. */
export interface ImportResult {
  /** The number of marks in the export. */
  readonly marks: number
  /** The number of marks that had expired before they were stored. */
  readonly expired: number
  /** When the marks expire that the store must have now, by the log and name of the key. */
  readonly expected: ReadonlyMap<string, number>
}

/**
 * Merges all marks of an export into a store, in batches, one after another: other clients of the
 * store are answered in between. To import a mark twice changes nothing.
 *
 * @throws CliError (rejects) if the export is damaged or cut off, and every failure of the store.
 */
export async function importMarks(options: ImportOptions): Promise<ImportResult> {
  const { store, header, lines, skip, pace, signal, onStored } = options
  const problem = digestProblem(header.naming, namingOf(store))
  const expected = new Map<string, number>()
  let batch: PlacedMark[] = []
  let marks = 0
  let expired = 0
  let end: ExportEnd | undefined

  async function flush(): Promise<void> {
    const stored = batch
    batch = []
    expired += await storeBatch(store, stored)
    await onStored(marks)
    await pace.passed(stored.length)
    signal.throwIfAborted()
  }

  for await (const line of lines) {
    if (end !== undefined) throw furtherLines()
    const read = readLine(line, marks + 2)
    if (isEnd(read)) {
      end = read
      continue
    }
    marks++
    if (problem !== undefined && hasDigests(read)) throw new CliError(problem, exitCode.failed)
    const placed = renameMark(read, store)
    expected.set(nameOf(placed), read.mark.expiresAt)
    if (marks <= skip) continue
    batch.push(placed)
    if (batch.length >= pace.batchSize) await flush()
  }
  if (batch.length > 0) await flush()
  if (end?.marks !== marks) throw cutOff(marks)
  return { marks, expired, expected }
}

/** Returns the marks that should be in the store and are not: a scan of all logs finds the rest. */
export async function missingFrom(
  store: RestorableStore,
  expected: ReadonlyMap<string, number>,
  signal: AbortSignal,
): Promise<number> {
  const missing = new Map(expected)
  for (let log = 0; log < store.logs; log++) {
    for await (const found of store.scan(log)) {
      signal.throwIfAborted()
      for (const keyed of found) missing.delete(nameOf({ log, keyed }))
    }
  }
  // A second for clocks that differ: a mark that ends now is no loss.
  const now = Date.now() + 1_000
  return [...missing.values()].filter((expiresAt) => expiresAt > now).length
}

function nameOf({ log, keyed: { key } }: PlacedMark): string {
  return `${log}:${key.scope.length}:${key.scope}${key.value}`
}

function hasDigests({ isDigest, digestIds }: ExportedMark): boolean {
  return isDigest || digestIds.length > 0
}

/** Stores marks. Returns the number of those that have expired. */
async function storeBatch(store: RestorableStore, batch: readonly PlacedMark[]): Promise<number> {
  const now = Date.now()
  const live = batch.filter(({ keyed }) => keyed.mark.expiresAt > now)
  const expired = await Promise.all(
    Array.from({ length: store.logs }, (_, log) =>
      restore(
        store,
        log,
        live.filter((placed) => placed.log === log),
      ),
    ),
  )
  return expired.reduce((sum, count) => sum + count, batch.length - live.length)
}

async function restore(store: RestorableStore, log: number, marks: readonly PlacedMark[]): Promise<number> {
  if (marks.length === 0) return 0
  try {
    await store.restore(
      log,
      marks.map(({ keyed }) => keyed),
    )
    return 0
  } catch (error) {
    // A mark expired on the way, or the clock of the store is ahead. Others may not be stored yet.
    if (!isExpired(error)) throw error
    if (marks.length === 1) return 1
    const middle = Math.ceil(marks.length / 2)
    return (await restore(store, log, marks.slice(0, middle))) + (await restore(store, log, marks.slice(middle)))
  }
}

function isExpired(error: unknown): boolean {
  return error instanceof MarkExpiredError || Object(error).code === 'ERR_MARK_EXPIRED'
}

function furtherLines(): CliError {
  return new CliError(
    'The export has lines after its last one, such as those of a second export: import each one by itself. The first one is imported.',
    exitCode.failed,
  )
}

function cutOff(marks: number): CliError {
  return new CliError(
    `The export is cut off after ${marks} marks: it has no last line that counts them. They are imported; the others are missing. Export the store again.`,
    exitCode.failed,
  )
}
