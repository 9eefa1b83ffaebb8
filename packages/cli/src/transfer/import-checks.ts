import type { RestorableStore } from '@revoked/core'
import { misuse } from '../errors.ts'
import type { OpenStore } from '../store/open-store.ts'
import { type ExportEnd, type ExportHeader, isEnd, readLine } from './export-format.ts'
import { lastLineOf } from './lines-of.ts'
import { digestProblem, hashesAll, issuerProblem, namingOf } from './naming.ts'

/**
 * Returns the last line of a file. @throws CliError (misuse, rejects) if it is cut off, or not
 * there.
 */
export async function endOf(file: string): Promise<ExportEnd> {
  const text = await lastLineOf(file)
  const last = /^\{"end":true,.*\}$/.test(text) ? readLine(text, 2) : undefined
  if (last !== undefined && isEnd(last)) return last
  throw misuse('The file is no export, or is cut off: its last line does not count the marks. Export the store again.')
}

/** @throws CliError (misuse) that names the option which differs. Nothing was stored. */
export function assertMovable(
  { naming, settings }: ExportHeader,
  end: ExportEnd | undefined,
  { kept }: OpenStore,
  store: RestorableStore,
): void {
  const hasDigests = end === undefined ? hashesAll(naming) : end.digests > 0
  const problem =
    (hasDigests ? digestProblem(naming, namingOf(store)) : undefined) ??
    (settings && kept ? issuerProblem(settings, kept) : undefined)
  if (problem !== undefined) throw misuse(problem)
}

/**
 * Settles the options of a store that no service has used: those of the services of the export, and
 * `hashIds` and `partitions` as given here. Others would not find what is imported.
 */
export async function agree({ settings }: ExportHeader, { store, kept }: OpenStore): Promise<void> {
  if (kept === undefined && settings !== undefined) await store.agree(settings)
}

/** Names the export and the state of the store: a store that was emptied has other epochs. */
export async function nameOfRun({ id }: ExportHeader, store: RestorableStore): Promise<string> {
  const reads = await Promise.all(Array.from({ length: store.logs }, (_, log) => store.read(log)))
  return [id, ...reads.map(({ position }) => position.epoch)].join(' ')
}
