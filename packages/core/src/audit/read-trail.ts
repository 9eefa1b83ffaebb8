import { orUnavailable } from '../check/fail-policy.ts'
import { namedSubjectKey } from '../claims/target.ts'
import { assertKnownOptions, type OptionNames } from '../known-options.ts'
import type { Settings } from '../options.ts'
import { readInstantOption } from '../revoke/revoke-options.ts'
import { type AuditLog, type AuditPage, type AuditQuery, isAudited } from '../store/audit-log.ts'

/**
 * The options of `audit`. Without one, it does not matter.
 *
 * @example
 * ```ts
 * import type { AuditOptions, Revocation } from '@revoked/core'
 *
 * const options: AuditOptions = { subject: 'alice', from: new Date('2026-11-01'), limit: 20 }
 * const showLatest = async (revocation: Revocation): Promise<void> => {
 *   for (const { at, actor, action } of (await revocation.audit(options)).entries) console.log(at, actor, action)
 * }
 * ```
 */
export interface AuditOptions {
  /**
   * Entries of this subject: of `{ subject }`, of `{ token }` by its `sub`, and of `{ session }`
   * and `{ jti }` by their `ofSubject`.
   */
  readonly subject?: string
  /** With `issuer: '*'`, the issuer of the subject. */
  readonly issuer?: string
  /** A `Date`, or ms since the epoch: entries of this instant or later. */
  readonly from?: Date | number
  /** A `Date`, or ms since the epoch: entries before this instant. */
  readonly until?: Date | number
  /** The largest number of entries of the page, at most 1,000. Default 100. */
  readonly limit?: number
  /** The `next` of a page, to read on. */
  readonly after?: string
}

const optionNames: OptionNames<AuditOptions> = {
  subject: true,
  issuer: true,
  from: true,
  until: true,
  limit: true,
  after: true,
}

const defaultLimit = 100
const maxLimit = 1_000
const maxCursorLength = 256

/** Returns the function that reads the audit trail of the store. */
export function createTrailReader(settings: Settings): (options?: AuditOptions) => Promise<AuditPage> {
  return async (options = {}) => {
    const log = trailOf(settings)
    const query = readQuery(options, settings)
    let wrongCursor: RangeError | undefined
    const page = await orUnavailable(settings.checkDeadline, async () => {
      try {
        return readPage(await log.read(query))
      } catch (error) {
        if (query.after === undefined || !(error instanceof RangeError)) throw error
        wrongCursor = error
        return undefined
      }
    })
    if (page === undefined)
      throw new RangeError('after must be the next of a page of the same store.', { cause: wrongCursor })
    return page
  }
}

function trailOf({ store }: Settings): AuditLog {
  if (isAudited(store)) return store.audit
  throw new TypeError(
    'The store keeps no audit trail. Give auditFor to memoryStore, to sqliteStore of @revoked/store-sqlite or to postgresStore of @revoked/store-postgres.',
  )
}

function readQuery(options: AuditOptions, settings: Settings): AuditQuery {
  assertKnownOptions(options, optionNames)
  const { subject, issuer, limit = defaultLimit, after } = options
  if (subject === undefined && issuer !== undefined) throw new TypeError('issuer goes with subject.')
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > maxLimit)
    throw new RangeError(`limit must be a whole number of 1 to ${maxLimit}.`)
  if (after !== undefined && (typeof after !== 'string' || after === '' || after.length > maxCursorLength))
    throw new RangeError('after must be the next of a page.')
  const from = readInstantOption(options.from, 'from')
  const until = readInstantOption(options.until, 'until')
  return {
    limit,
    ...(subject !== undefined && { subject: namedSubjectKey(subject, issuer, settings) }),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
    ...(after !== undefined && { after }),
  }
}

/** Narrows the answer of a store: one without entries has not answered. */
function readPage(page: AuditPage): AuditPage {
  if (!Array.isArray(page?.entries)) throw new TypeError('The store did not answer with a page of its audit trail.')
  return page
}
