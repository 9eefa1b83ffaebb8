import { setTimeout as sleep } from 'node:timers/promises'
import { now, tokenKey } from './plan.mjs'

const pauseMs = 4
const checksPerTurn = 130
const pauseAfterFailureMs = 20

/**
 * Asks for every token, again and again, and notes for each when the last check began that let it
 * pass.
 */
export function startReader(store, { tokens }) {
  const passed = { locally: tokens.map(() => 0), remotely: tokens.map(() => 0) }
  const isAsking = tokens.map(() => false)
  const isKnown = tokens.map(() => false)
  const counts = { local: 0, remote: 0, failed: 0 }
  // When the remote was asked for tokens that had been answered locally before, and answered.
  const askedAgainAt = []
  let longestAskMs = 0
  let startAt = Infinity
  let firstLocalAt

  function check(token) {
    // The beginning is the sound side: whoever is let pass by a check that began too late has no
    // excuse, while between the decision and its news the process may stand still, and nobody can
    // rule that out.
    const at = now()
    const answer = store.find([tokenKey(token)])
    if (!Array.isArray(answer)) return void ask(token, at, answer)
    counts.local++
    firstLocalAt ??= at
    isKnown[token] = true
    if (answer.length === 0) passed.locally[token] = at
  }

  async function ask(token, at, answer) {
    isAsking[token] = true
    const isAgain = isKnown[token]
    try {
      if ((await settled(answer, at)).length === 0) passed.remotely[token] = at
      counts.remote++
      if (isAgain) askedAgainAt.push(at)
    } catch {
      counts.failed++
      await sleep(pauseAfterFailureMs)
    }
    isAsking[token] = false
  }

  function settled(answer, at) {
    return answer.finally(() => {
      longestAskMs = Math.max(longestAskMs, now() - at)
    })
  }

  async function checkAll() {
    for (let next = 0; ; await sleep(pauseMs)) {
      const sinceStart = now() - startAt
      for (let count = Math.min(tokens.length, checksPerTurn); count > 0; count--) {
        next = (next + 1) % tokens.length
        if (!isAsking[next] && tokens[next].askFrom <= sinceStart) check(next)
      }
    }
  }

  void checkAll()
  return {
    isWarm: () => tokens.every(({ askFrom }, token) => askFrom !== -Infinity || isKnown[token]),
    start: (at) => {
      startAt = at
    },
    // An error does not survive the way to the other process.
    report: () => ({
      passed,
      counts,
      askedAgainAt,
      longestAskMs,
      resets: store.status?.().resets ?? 0,
      gaps: store.status?.().gaps ?? 0,
    }),
    /** Whether it has answered locally since it was asked for the first time. */
    watch: () => {
      firstLocalAt = undefined
    },
    answeredAt: () => firstLocalAt,
    /** Blocks the event loop, and returns when that ended. */
    block: (ms) => {
      for (const until = now() + ms; now() < until; );
      return now()
    },
  }
}
