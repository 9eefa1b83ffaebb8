import type { Tracer } from '@opentelemetry/api'
import type { Revocation, RevocationWithin, RevokeOptions, RevokeResult, Target, WithinOptions } from '@revoked/core'
import type { RevocationCounts } from './revocation-counts.ts'
import { inSpan } from './spans.ts'
import { isList, kindOfAll, listOf } from './targets.ts'

/** What reports the writes of a revocation. */
interface Reporting {
  readonly tracer: Tracer
  readonly counts: RevocationCounts
}

/** What a call writes. */
interface Write {
  readonly operation: string
  readonly targets: readonly Target[]
  readonly isDryRun?: boolean
}

type Writes = Pick<Revocation, 'revoke' | 'reinstate'>

/** Returns `revoke` and `reinstate`, with spans and counts. A dry run revokes nothing. */
export function observedWrites(writes: Writes, { tracer, counts }: Reporting): Writes {
  /** Makes a call in a span, and counts its failure, unless nothing would have been written. */
  async function report<Result>({ operation, targets, isDryRun = false }: Write, call: () => Promise<Result>) {
    const attributes = {
      'revoked.target': kindOfAll(targets),
      'revoked.count': targets.length,
      ...(isDryRun && { 'revoked.dry_run': true }),
    }
    try {
      return await inSpan({ tracer, name: `revoked ${operation}`, attributes }, call)
    } catch (error) {
      if (!isDryRun) counts.failed(operation, error)
      throw error
    }
  }

  async function revoke(given: Target | readonly Target[], options?: RevokeOptions): Promise<unknown> {
    const targets = listOf(given)
    const isDryRun = options?.dryRun === true
    const result = await report<RevokeResult | readonly RevokeResult[]>(
      { operation: 'revoke', targets, isDryRun },
      () => (isList(given) ? writes.revoke(targets, options) : writes.revoke(given, options)),
    )
    if (!isDryRun) counts.revoked(targets, listOf(result), options?.reason)
    return result
  }

  return {
    // One function for both overloads: it resolves to one result for one target, and else to many.
    revoke: revoke as Writes['revoke'],
    reinstate: async (given, options) => {
      const targets = listOf(given)
      await report({ operation: 'reinstate', targets }, () => writes.reinstate(targets, options))
      counts.reinstated(targets)
    },
  }
}

/** Returns `once`, with spans and counts. */
export function observedOnce(revocation: Revocation, { tracer, counts }: Reporting): Revocation['once'] {
  return async (id, options) => {
    try {
      const isFirst = await inSpan({ tracer, name: 'revoked once', attributes: {} }, () => revocation.once(id, options))
      counts.used(isFirst)
      return isFirst
    } catch (error) {
      counts.failed('once', error)
      throw error
    }
  }
}

/** Returns `within`, whose revocations are counted once they are in force. */
export function observedWithin(revocation: Revocation, { tracer, counts }: Reporting): Revocation['within'] {
  return (transaction: unknown, options?: WithinOptions): RevocationWithin => {
    const inside = revocation.within(transaction, options)
    const waiting: (() => void)[] = []
    const later: RevocationCounts = {
      revoked: (...counted) => void waiting.push(() => counts.revoked(...counted)),
      reinstated: (...counted) => void waiting.push(() => counts.reinstated(...counted)),
      used: counts.used,
      failed: counts.failed,
    }
    return Object.freeze({
      ...inside,
      ...observedWrites(inside, { tracer, counts: later }),
      afterCommit: async () => {
        const span = { tracer, name: 'revoked afterCommit', attributes: {} }
        const result = await inSpan(span, () => inside.afterCommit())
        for (const count of waiting.splice(0)) count()
        return result
      },
    })
  }
}
