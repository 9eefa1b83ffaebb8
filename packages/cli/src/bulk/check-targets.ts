import type { Revocation, RevocationStore } from '@revoked/core'
import { given } from '../store/backend.ts'
import { partsOf } from './bulk-parts.ts'
import { type BulkItem, wrongLines } from './read-targets.ts'

/** A store without marks. A revocation over it finds out which targets are wrong. */
export const nowhere: RevocationStore = {
  record: async (marks) => marks.map(() => true),
  find: () => [],
  forget: async () => undefined,
  agree: async (settings) => ({ ...settings, now: Date.now() }),
}

/** Core plans all targets of a call at once, in memory. */
const batchSize = 10_000

/** What is checked, by a revocation over {@link nowhere}. */
export interface CheckTargetsOptions {
  readonly revocation: Revocation
  readonly items: readonly BulkItem[]
  /** Set if targets name their issuer. */
  readonly issuer: string | undefined
  readonly reason: string | undefined
  readonly actor: string | undefined
}

/**
 * Checks all items before anything is revoked: an id that is too long, or a claim that no service
 * looks up, would end the run in its middle.
 *
 * @throws CliError (misuse, rejects) with the numbers of wrong lines, and a TypeError or RangeError
 *   for a reason or an actor that is wrong.
 */
export async function checkTargets(options: CheckTargetsOptions): Promise<void> {
  const { revocation, items, issuer, reason, actor } = options
  // A valid target: what is wrong now is not that of a line.
  await revocation.revoke({ everything: true, ...given({ issuer }) }, { ...given({ reason, actor }), dryRun: true })
  const wrong: number[] = []
  let fault: string | undefined
  for (let from = 0; from < items.length; from += batchSize) {
    const batch = items.slice(from, from + batchSize)
    if ((await faultOf(batch, options)) === undefined) continue
    for (const item of batch) {
      const found = await faultOf([item], options)
      if (found !== undefined) wrong.push(item.line)
      fault ??= found
    }
  }
  if (fault !== undefined) throw wrongLines(wrong, fault.replace(/\.$/, ''))
}

/** Returns what core says of the first item that is wrong. It quotes nothing. */
async function faultOf(
  items: readonly BulkItem[],
  { revocation, reason, actor }: CheckTargetsOptions,
): Promise<string | undefined> {
  try {
    for (const { reason: own, cutoffs, others } of partsOf(items, reason))
      await revocation.revoke([...cutoffs, ...others], { ...given({ reason: own, actor }), dryRun: true })
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
