import type { FollowableStore, Key, SharedSettings } from '@revoked/core'

/**
 * How a store names keys and spreads them over its logs, told by what it does to a few of them. Two
 * stores with equal namings find each other's digests.
 */
export interface Naming {
  /** The name of a short value: the value itself, unless the store hashes all of them. */
  readonly short: string
  /** The name of a value that most stores cannot keep as it is. */
  readonly odd: string
  readonly logs: number
  /** The logs of sample keys. */
  readonly spread: readonly number[]
}

const shortValue = 'sample'

/** Too long, with a control character, and like a digest: every rule for odd values applies. */
const oddValue = `#sha256:\u0000${'x'.repeat(300)}`

const samples: readonly Key[] = Array.from({ length: 16 }, (_, index) => ({ scope: 'jti', value: `sample-${index}` }))

/** Returns how a store names keys. */
export function namingOf(store: FollowableStore): Naming {
  const nameOf = (value: string): string => store.logKey({ scope: 'sub', value }).value
  return {
    short: nameOf(shortValue),
    odd: nameOf(oddValue),
    logs: store.logs,
    spread: samples.map((key) => store.logOf(key)),
  }
}

/** Returns whether a store replaces every value by a digest (`hashIds`). */
export function hashesAll({ short }: Naming): boolean {
  return short !== shortValue
}

/**
 * Returns why digests of one store mean nothing in another, by the option that differs, or
 * `undefined` if they can be moved. The values behind them are not known.
 */
export function digestProblem(source: Naming, target: Naming): string | undefined {
  if (hashesAll(source) && !hashesAll(target)) {
    return 'The option hashIds is true in the export and false in this store. The export has digests, which cannot be turned back into ids: give --hash-ids, for a store that no service has used yet.'
  }
  if (target.odd === oddValue) {
    return 'The option hashIds is false in this store, and the export has digests of long or unusual ids, which this store keeps as they are: give --hash-ids, for a store that no service has used yet.'
  }
  if (source.odd !== target.odd || (hashesAll(source) && source.short !== target.short)) {
    return 'The export has digests of ids, and this kind of store computes digests in another way: those of PostgreSQL and of other stores differ. Import it into a store of the kind that it comes from.'
  }
  // The log of a digest depends on the value that is not known. A single log has all of them.
  if (target.logs === 1) return undefined
  const isSpreadAlike = source.logs === target.logs && source.spread.every((log, at) => log === target.spread[at])
  if (isSpreadAlike) return undefined
  return `The option partitions is ${source.logs} in the export and ${target.logs} in this store, and the partition of a digest cannot be computed: give --partitions ${source.logs}.`
}

/**
 * Returns why the marks of services with some settings would not be found by those with others:
 * their keys have the issuer, or do not.
 */
export function issuerProblem(source: SharedSettings, target: SharedSettings): string | undefined {
  const [here, there] = [keysOf(target), keysOf(source)]
  if (here === there || here === 'both' || there === 'both') return undefined
  return `The option issuer differs: services name keys ${there} in the export, and ${here} in this store.`
}

function keysOf({ scopedAt, unscopedAt }: SharedSettings): 'both' | 'with the issuer' | 'without the issuer' {
  if (scopedAt === undefined && unscopedAt === undefined) return 'both'
  return (scopedAt ?? -Infinity) > (unscopedAt ?? -Infinity) ? 'with the issuer' : 'without the issuer'
}
