import type { ClaimsPolicy } from '../claims/claims.ts'
import { TokenExpiredError } from '../errors.ts'
import { assertOpen } from '../follow/assert-open.ts'
import type { Clock } from '../follow/clock.ts'
import type { StoreHandler } from '../follow/follow-store.ts'
import type { Observation } from '../follow/observable-store.ts'
import { startTimer, stopTimer, type Timer } from '../follow/timer.ts'
import type { AgreeingSettings } from '../settings/agreement.ts'
import { revokesAny } from '../store/mark.ts'
import type { KeyedMark } from '../store/store.ts'
import type { ChangeSource } from './change-source.ts'
import { endInTurns } from './end-in-turns.ts'
import { createFreshness } from './freshness.ts'
import { createOutage } from './outage.ts'
import { createRechecks } from './rechecks.ts'
import { createWatchIndex, type WatchIndex } from './watch-index.ts'
import { revokedBy, type WatchedToken } from './watched-token.ts'

/** The watched tokens of one revocation. They share one follower of the change log. */
export interface WatchHub {
  /**
   * Watches a token until it is removed. @throws as `observe` of the source does, whenever it is
   * called.
   */
  readonly add: (watched: WatchedToken) => void
  readonly remove: (watched: WatchedToken) => void
}

/** Options for {@link createWatchHub}. */
export interface WatchHubOptions {
  readonly settings: AgreeingSettings
  readonly source: ChangeSource
  readonly clock: Clock
}

/** The time between two looks at all tokens, at most, and as a share of the bound. */
const maxTickMs = 250
const tickShare = 0.125

/**
 * Returns a hub without tokens. It follows the logs from the first token on, and stops when it has
 * had none for `maxStalenessMs`.
 */
export function createWatchHub({ settings, source, clock }: WatchHubOptions): WatchHub {
  const { maxStalenessMs, followed } = source
  const tickMs = Math.min(maxTickMs, maxStalenessMs * tickShare)
  const tokens = createWatchIndex()
  const freshness = createFreshness(maxStalenessMs)
  const rechecks = createRechecks({ settings, followed, maxStalenessMs, clock, tokens, freshness })
  const outage = createOutage({ maxStalenessMs, tokens, freshness, rechecks })
  const changedPolicy = createPolicyWatch(settings)
  let observation: Observation | undefined
  let usedAt = 0
  let timer: Timer

  function checkLogAgain(log: number): void {
    const confirmedAt = observation?.status()[log]?.confirmedAt
    if (confirmedAt !== undefined) rechecks.spread(confirmedAt.monotonic)
    rechecks.addAll(tokens.all().filter(({ lookup }) => lookup.logs.includes(log)))
  }

  const handler: StoreHandler = {
    apply: ({ key, mark }) => {
      if (mark !== undefined) endRevoked(tokens, { key, mark })
    },
    reset: checkLogAgain,
    renew: checkLogAgain,
  }

  function tick(): void {
    if (observation === undefined) return
    timer = startTimer(tick, tickMs)
    const now = clock.monotonic()
    freshness.update(now, observation.status())
    if (tokens.size() === 0 && now - usedAt >= maxStalenessMs) close()
    if (tokens.size() === 0) return
    usedAt = now
    endExpired(tokens, settings.now())
    const policy = changedPolicy()
    if (policy !== undefined) rechecks.addAll(tokens.all().filter(({ lookup }) => lookup.policy !== policy))
    outage.endUnconfirmed()
  }

  function open(): void {
    observation = source.observe(handler)
    freshness.start(clock.monotonic())
    timer = startTimer(tick, tickMs)
  }

  function close(): void {
    stopTimer(timer)
    observation?.close()
    observation = undefined
  }

  return {
    add: (watched) => {
      if (observation === undefined) open()
      else assertOpen(observation.status())
      usedAt = clock.monotonic()
      tokens.add(watched)
      rechecks.add(watched)
    },
    remove: (watched) => {
      tokens.remove(watched)
      rechecks.remove(watched)
      outage.remove(watched)
    },
  }
}

/** Ends the tokens that a new mark revokes. */
function endRevoked(tokens: WatchIndex, keyed: KeyedMark): void {
  // The record of a family says which refresh tokens were used, and revokes nothing.
  if (!revokesAny(keyed.mark)) return
  void endInTurns(tokens.withKey(keyed.key), (one) => {
    const reason = revokedBy(one, one.lookup.logKeys, [keyed])
    if (reason !== undefined) one.end(reason)
  })
}

function endExpired(tokens: WatchIndex, now: number): void {
  const expired = tokens.all().filter(({ endsAt }) => !(now < endsAt))
  void endInTurns(expired, (one) => one.end(new TokenExpiredError()))
}

/**
 * Returns a function that returns what services revoke by, if that has changed since the last call.
 * Its calls keep the agreement up to date, as those of `check` do.
 */
function createPolicyWatch({ agreement, now }: AgreeingSettings): () => ClaimsPolicy | undefined {
  let policy: ClaimsPolicy | undefined
  return () => {
    const agreed = agreement.forCheck(now())
    // The first agreement is made by the first lookup.
    if (agreed === undefined && agreement.last() !== undefined) agreement.renew().catch(() => {})
    if (agreed === undefined || agreed.policy === policy) return undefined
    policy = agreed.policy
    return policy
  }
}
