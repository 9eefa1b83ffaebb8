import { unavailable } from '../check/fail-policy.ts'
import type { ClaimReader, ClaimsPolicy } from '../claims/claims.ts'
import type { Limits } from '../claims/lifetime.ts'
import { readClaim } from '../claims/read-claim.ts'
import { withDeadline } from '../deadline.ts'
import type { Settings } from '../options.ts'
import type { RevocationStore } from '../store/store.ts'
import { ClockSkewError } from '../store-errors.ts'
import { type AgreedSettings, type SharedSettings, settingsPeriodMs } from './shared-settings.ts'

/** After this time, a check has the settings agreed on again, in the background. */
const refreshMs = 60_000

/** After this time, a check waits for it: nothing refreshed the settings of an idle service. */
const staleMs = 120_000

/**
 * After this time, a revocation waits for it, so that its marks live long enough for every service.
 */
const writeMs = 10_000

/** Clocks within a second of one another are never too far apart: marks outlive tokens by more. */
const leastSkewMs = 1_000

/** What all services over the store have agreed on, as this service applies it. */
interface Agreed {
  /** Its claims are those of all services. */
  readonly policy: ClaimsPolicy
  /** Decide how long marks live. They are at least those of this service. */
  readonly limits: Limits
  /** Set if the clock of the store is too far away from that of this service. */
  readonly skew: ClockSkewError | undefined
}

/**
 * Keeps the settings of this service agreed with all others. It has no timer: use keeps it fresh.
 */
export interface Agreement {
  /**
   * Returns what a check applies, or `undefined` if nothing was agreed lately: then {@link renew}.
   */
  readonly forCheck: (now: number) => Agreed | undefined
  /** Returns what was agreed last, whenever that was, unless a conflict has ended it. */
  readonly last: () => Agreed | undefined
  /**
   * Resolves to what a revocation applies. Within a transaction, its store is asked, and nothing
   * that it answers is kept: it may be rolled back.
   *
   * @throws ClockSkewError, and as {@link renew} does.
   */
  readonly forWrite: (now: number, inside?: RevocationStore) => Promise<Agreed>
  /**
   * Agrees again, once for all who ask at that time.
   *
   * @throws SettingsConflictError, or what the store failed with.
   */
  readonly renew: () => Promise<Agreed>
}

/** The settings of a service, and what it has agreed on with all others. */
export interface AgreeingSettings extends Settings {
  readonly agreement: Agreement
}

/** Creates the agreement of one service. Nothing is asked of the store before the first use. */
export function createAgreement(settings: Settings): Agreement {
  let agreed: Agreed | undefined
  let agreedAt = 0
  let refreshedAt = -Infinity
  let failedAt = -Infinity
  let inFlight: Promise<Agreed> | undefined

  async function agreeOver(store: RevocationStore, before: number): Promise<Agreed> {
    const answer = await withDeadline(store.agree(sharedSettings(settings, before)), settings.writeDeadline)
    assertAgreed(answer, settings)
    const skew = skewOf(answer, before, settings.now())
    return { policy: policyOf(answer, settings, agreed?.policy), limits: limitsOf(answer), skew }
  }

  function instant(): number {
    const at = settings.now()
    if (!Number.isFinite(at)) throw new TypeError('The function now must return ms since the epoch.')
    return at
  }

  async function agree(): Promise<Agreed> {
    const before = instant()
    agreed = await agreeOver(settings.store, before)
    agreedAt = before
    return agreed
  }

  function renew(): Promise<Agreed> {
    inFlight ??= agree()
      .catch((cause: unknown) => {
        // An outage leaves in force what was agreed, and a conflict does not. A store that refuses
        // writes, such as one that is full, still answers checks.
        failedAt = settings.now()
        if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_SETTINGS_CONFLICT') agreed = undefined
        throw cause
      })
      .finally(() => {
        inFlight = undefined
      })
    return inFlight
  }

  function refresh(now: number): void {
    // At most once a minute, whether or not it succeeds.
    if (now - refreshedAt < refreshMs && now >= refreshedAt) return
    refreshedAt = now
    renew().catch(() => {})
  }

  return {
    renew,
    last: () => agreed,
    forCheck: (now) => {
      const age = now - agreedAt
      if (age < refreshMs && age >= 0) return agreed
      if (agreed === undefined) return undefined
      if (!(Math.abs(age) < staleMs || Math.abs(now - failedAt) < refreshMs)) return undefined
      refresh(now)
      return agreed
    },
    forWrite: async (now, inside) => {
      const age = now - agreedAt
      const isFresh = age >= 0 && age < writeMs && !agreed?.skew
      const ask = (): Promise<Agreed> => (inside === undefined ? renew() : agreeOver(inside, instant()))
      const current = agreed !== undefined && isFresh ? agreed : await ask()
      if (current.skew !== undefined) throw current.skew
      return current
    },
  }
}

/** Agrees at once, for services that want to know at start. @throws as `Revocation.ready` does. */
export async function agreeNow({ agreement }: AgreeingSettings): Promise<void> {
  const { skew } = await agreement.renew().catch((cause: unknown) => {
    throw cause instanceof Error && 'code' in cause && cause.code === 'ERR_SETTINGS_CONFLICT'
      ? cause
      : unavailable(cause)
  })
  if (skew !== undefined) throw skew
}

/** Returns the settings that this service asks for. */
function sharedSettings(settings: Settings, now: number): SharedSettings {
  const { maxTokenLifetime, clockTolerance, claims, issuer, alsoUnscoped } = settings
  const at = Math.ceil(now / settingsPeriodMs) * settingsPeriodMs
  return {
    maxTokenLifetime,
    clockTolerance,
    claims: claims.map(({ name }) => name).sort(),
    ...(issuer !== '*' && { unscopedAt: at }),
    ...(issuer === '*' && !alsoUnscoped && { scopedAt: at }),
  }
}

/** A store that returns less than it was given has not agreed. */
function assertAgreed(answer: AgreedSettings, { maxTokenLifetime, clockTolerance, claims }: Settings): void {
  if (
    !(answer?.maxTokenLifetime >= maxTokenLifetime) ||
    !(answer.clockTolerance >= clockTolerance) ||
    !Array.isArray(answer.claims) ||
    !claims.every(({ name }) => answer.claims.includes(name)) ||
    !Number.isFinite(answer.now)
  ) {
    throw new TypeError('The store did not return the settings that were agreed on.')
  }
}

function limitsOf({ maxTokenLifetime, clockTolerance }: AgreedSettings): Limits {
  return { maxTokenLifetime, clockTolerance }
}

/** Returns what a check looks up. The objects stay the same as long as the claims do. */
function policyOf({ claims }: AgreedSettings, own: ClaimsPolicy, last: ClaimsPolicy | undefined): ClaimsPolicy {
  const names = new Set((last ?? own).claims.map(({ name }) => name))
  if (claims.length === names.size && claims.every((name) => names.has(name))) return last ?? own
  const ownNames = own.claims.map(({ name }) => name)
  const others = claims.filter((name) => !ownNames.includes(name))
  return { ...own, claims: [...own.claims, ...others.map(plainClaim)] }
}

/**
 * Returns the reader of a claim that only another service has in its options. That service may
 * derive it, and this one cannot: it reads the claim of that name. A value that is no id is passed
 * over. No revocation can name it, and the options of another service must not refuse tokens here.
 */
function plainClaim(name: string): ClaimReader {
  return {
    name,
    read: (claims) => {
      const value = readClaim(claims, name)
      return typeof value === 'string' && value !== '' && value.length <= 1_024 && value.isWellFormed()
        ? value
        : undefined
    },
  }
}

/**
 * The store looked at its clock between `before` and `after`: only what differs in any case counts.
 */
function skewOf({ now, clockTolerance }: AgreedSettings, before: number, after: number): ClockSkewError | undefined {
  const ahead = Math.floor(now - after)
  const behind = Math.floor(before - now)
  const allowed = Math.max(clockTolerance, leastSkewMs)
  if (ahead <= allowed && behind <= allowed) return undefined
  const difference = ahead > behind ? `${ahead} ms ahead of` : `${behind} ms behind`
  return new ClockSkewError(
    `The clock of the store is ${difference} the clock of createRevocation, and clockTolerance is ${clockTolerance} ms: marks would expire at the wrong time, so nothing is recorded. Set the clocks right, give createRevocation and the store the same now function, or raise clockTolerance.`,
  )
}
