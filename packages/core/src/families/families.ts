import { orUnavailable } from '../check/fail-policy.ts'
import { cutoffMarkExpiresAt } from '../claims/lifetime.ts'
import { familyScope, keyIn } from '../claims/token-keys.ts'
import { assertKnownOptions, type OptionNames } from '../known-options.ts'
import { type Revocation, settingsOf } from '../revocation.ts'
import { withUnscoped } from '../settings/both-namings.ts'
import { type FamilyRecord, isFamilyRecord, mergeFamilies } from '../store/family-record.ts'
import type { Key, KeyedMark } from '../store/store.ts'
import { CorruptMarkError } from '../store-errors.ts'

/**
 * One use of a token of a family.
 *
 * @example
 * ```ts
 * import type { Families, FamilyUse } from '@revoked/core/families'
 *
 * const use: FamilyUse = { generation: 1, tokenId: 'a' }
 * const isFirstUse = (families: Families, login: string): Promise<boolean> => families.spend(login, use)
 * ```
 */
export interface FamilyUse {
  /** The generation of the token: 1 for the first one of a login. A positive safe integer. */
  readonly generation: number
  /** The id of the token, which tells it from another token of the same generation. */
  readonly tokenId: string
}

/**
 * Families of tokens that are issued one for the other and are good for one use each, such as the
 * refresh tokens of one login. A store keeps one record per family, however long it lives: the
 * latest generation that was spent, and with it all generations before.
 *
 * No fail policy applies: every failure rejects.
 *
 * @example
 * ```ts
 * import type { Revocation } from '@revoked/core'
 * import type { Families, FamilyUse } from '@revoked/core/families'
 *
 * // Takes a refresh token once, or ends its login.
 * async function spendOnce(families: Families, revocation: Revocation, sid: string, use: FamilyUse) {
 *   if (await families.spend(sid, use)) return
 *   await revocation.revoke({ session: sid }, { reason: 'refresh_reused' })
 *   throw new Error('The refresh token was used before.')
 * }
 * ```
 */
export interface Families {
  /**
   * Spends a generation, and all before it. Resolves to `true` for exactly one of any number of
   * callers who spend the same generation, and for none if a later one was spent. The record is
   * kept as long as any token of the family may live.
   *
   * @throws RevocationUnavailableError if the store failed: the generation may or may not be spent.
   * @throws TypeError or RangeError for a wrong argument.
   */
  spend(family: string, use: FamilyUse): Promise<boolean>
  /**
   * Returns what was spent of the family, or `undefined` if nothing was.
   *
   * @throws RevocationUnavailableError if the store is unavailable.
   */
  find(family: string): Promise<FamilyRecord | undefined>
  /**
   * Returns the name of a token's id in {@link FamilyRecord.tokenIds}: the id itself, unless the
   * store hashes ids.
   */
  nameOf(tokenId: string): string
  /**
   * Notes that the spent generation was asked for again and forgiven.
   *
   * @throws RevocationUnavailableError if the store failed.
   */
  contest(family: string, record: FamilyRecord): Promise<void>
}

/**
 * Options of {@link createFamilies}.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { createFamilies, type FamiliesOptions } from '@revoked/core/families'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const options: FamiliesOptions = { issuer: 'https://login.example' }
 * const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '30d', issuer: '*' })
 * const families = createFamilies(revocation, options)
 * ```
 */
export interface FamiliesOptions {
  /** The issuer of the tokens. Family ids are scoped by it if the revocation has `issuer: '*'`. */
  readonly issuer?: string | undefined
}

const optionNames: OptionNames<FamiliesOptions> = { issuer: true }

/**
 * Creates the record of families for an issuer, over the store of a revocation.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { createFamilies } from '@revoked/core/families'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const families = createFamilies(createRevocation({ store: memoryStore(), maxTokenLifetime: '30d' }))
 * const first = await families.spend('login-1', { generation: 1, tokenId: 'a' })
 * const second = await families.spend('login-1', { generation: 1, tokenId: 'a' })
 * console.log(first, second) // true false
 * ```
 *
 * @throws TypeError if the revocation does not come from `createRevocation`, or has `issuer: '*'`
 * and no issuer is given.
 */
export function createFamilies(revocation: Revocation, options: FamiliesOptions = {}): Families {
  assertKnownOptions(options, optionNames)
  const settings = settingsOf(revocation)
  const { store, now, checkDeadline, writeDeadline, agreement, alsoUnscoped, nameId } = settings
  const issuer = revocation.issuer === '*' ? options.issuer : undefined
  if (revocation.issuer === '*' && (typeof issuer !== 'string' || issuer === ''))
    throw new TypeError("With issuer: '*', createFamilies must be given the issuer of the tokens.")

  /** Returns the key of the family, or both of its keys while services of either naming use it. */
  function keysOf(family: string): readonly Key[] {
    if (typeof family !== 'string' || family === '') throw new TypeError('family must be a non-empty string.')
    const keys = [keyIn(issuer, familyScope, family)]
    return alsoUnscoped ? withUnscoped(keys) : keys
  }

  async function record(keys: readonly Key[], family: FamilyRecord, at: number): Promise<boolean> {
    return await orUnavailable(writeDeadline, async () => {
      const { limits } = await agreement.forWrite(at)
      const mark = { cutoff: -Infinity, expiresAt: cutoffMarkExpiresAt(at, limits), family }
      const answers = await store.record(keys.map((key) => ({ key, mark })))
      if (answers.length !== keys.length || !answers.every((changed) => typeof changed === 'boolean'))
        throw new TypeError('The store did not answer for the mark.')
      return answers.every(Boolean)
    })
  }

  function instant(): number {
    const at = Math.floor(now())
    if (!Number.isFinite(at)) throw new TypeError('The function now must return ms since the epoch.')
    return at
  }

  function nameOf(tokenId: string): string {
    return nameId('jti', tokenId)
  }

  return {
    nameOf,
    spend: async (family, { generation, tokenId }) => {
      const keys = keysOf(family)
      assertUse(generation, tokenId)
      const spentAt = instant()
      return await record(keys, { generation, spentAt, tokenIds: [nameOf(tokenId)], contested: 0 }, spentAt)
    },
    find: async (family) => {
      const keys = keysOf(family)
      return await orUnavailable(checkDeadline, async () => {
        const agreeing = agreement.forCheck(now()) ?? agreement.renew()
        const [found] = await Promise.all([store.find(keys), agreeing])
        return readRecord(found, keys)
      })
    },
    contest: async (family, spent) => {
      await record(keysOf(family), { ...spent, contested: spent.generation }, instant())
    },
  }
}

function assertUse(generation: number, tokenId: string): void {
  if (!Number.isSafeInteger(generation) || generation < 1)
    throw new RangeError('generation must be a positive safe integer.')
  if (typeof tokenId !== 'string' || tokenId === '') throw new TypeError('tokenId must be a non-empty string.')
}

/** Narrows the answer of a store. A store that does not say what was spent has not answered. */
function readRecord(found: readonly KeyedMark[], keys: readonly Key[]): FamilyRecord | undefined {
  if (!Array.isArray(found)) throw new TypeError('The store did not answer with an array.')
  if (found.length > keys.length || !found.every((one: KeyedMark) => isAmong(keys, one.key)))
    throw new TypeError('The store answered what it was not asked.')
  return found
    .map(({ mark: { family } }: KeyedMark) => {
      if (!isFamilyRecord(family)) throw new CorruptMarkError('The mark of a family has no record of what was spent.')
      return family
    })
    .reduce(mergeFamilies, undefined)
}

function isAmong(keys: readonly Key[], { scope, value }: Key): boolean {
  return keys.some((key) => key.scope === scope && key.value === value)
}
