import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Claims, Revocation, RevocationStore } from '@revoked/core'
import { revocationOver, tokenOf } from './fault-setup.ts'
import { type Outcome, settled } from './settled.ts'

/** A token that every instance revokes, more than once, at the same time. */
export interface Round {
  readonly token: Claims
  readonly startedAt: number
  /** The time at which the first of the calls resolved. */
  acknowledgedAt: number
  /** The number of callers that learned that they were first. */
  firsts: number
  rejections: number
}

/** Counts of the calls so far. */
export interface Tally {
  readonly checksAnswered: number
  readonly checksUnavailable: number
  readonly revokesAcknowledged: number
  readonly revokesRejected: number
}

/** Checks and revocations that continue over all instances until they are stopped. */
export interface Load {
  /** Rounds of which a call resolved. */
  readonly acknowledged: readonly Round[]
  /** Rounds whose token an instance let pass after the acknowledgement. */
  readonly passed: readonly Round[]
  readonly tally: () => Tally
  /** Rejects if a call was not settled in time, or an untouched token was refused. */
  readonly stop: () => Promise<void>
}

/** The pause between calls, which leaves processor time for the servers. */
const paceMs = 4
const revokers = 3
const checkers = 4

/**
 * Calls all instances until it is stopped. A check has this long to answer, and a revocation five
 * times as long.
 */
export function startLoad(stores: readonly RevocationStore[], timeoutMs = 300): Load {
  const instances = stores.map((store) => revocationOver(store, timeoutMs))
  const acknowledged: Round[] = []
  const passed: Round[] = []
  const tally = { checksAnswered: 0, checksUnavailable: 0, revokesAcknowledged: 0, revokesRejected: 0 }
  let isOver = false

  function take(round: Round, outcome: Outcome<{ readonly changed: boolean }>): void {
    if ('error' in outcome) {
      tally.revokesRejected++
      round.rejections++
      return
    }
    tally.revokesAcknowledged++
    if (outcome.value.changed) round.firsts++
    if (round.acknowledgedAt !== Infinity) return
    round.acknowledgedAt = performance.now()
    acknowledged.push(round)
  }

  async function revokeOnAndOn(): Promise<void> {
    while (!isOver) {
      const token = tokenOf(randomUUID())
      const round = { token, startedAt: performance.now(), acknowledgedAt: Infinity, firsts: 0, rejections: 0 }
      const revoke = async (instance: Revocation): Promise<void> =>
        take(round, await settled(instance.revoke({ token }), timeoutMs * 5))
      await Promise.all([...instances, ...instances].map(revoke))
      await sleep(paceMs)
    }
  }

  async function checkOnAndOn(worker: number): Promise<void> {
    for (let turn = worker; !isOver; turn++) {
      // The newest round would show a race, and any other one a loss.
      const round = turn % 3 === 0 ? acknowledged.at(-1) : acknowledged[Math.floor(Math.random() * acknowledged.length)]
      const startedAt = performance.now()
      const instance = instances[turn % instances.length] as Revocation
      const outcome = await settled(instance.check(round?.token ?? tokenOf(randomUUID())), timeoutMs)
      if ('error' in outcome) throw outcome.error
      const { status, allowed } = outcome.value
      tally[status === 'unavailable' ? 'checksUnavailable' : 'checksAnswered']++
      if (round === undefined && status === 'revoked') throw new Error('an untouched token was refused')
      if (round !== undefined && round.acknowledgedAt <= startedAt && allowed) passed.push(round)
      await sleep(paceMs)
    }
  }

  const workers = [
    ...Array.from({ length: revokers }, revokeOnAndOn),
    ...Array.from({ length: checkers }, (_, worker) => checkOnAndOn(worker)),
  ]
  const running = Promise.all(workers)
  // `stop` reports it.
  running.catch(() => undefined)
  return {
    acknowledged,
    passed,
    tally: () => ({ ...tally }),
    stop: async () => {
      isOver = true
      await Promise.allSettled(workers)
      await running
    },
  }
}
