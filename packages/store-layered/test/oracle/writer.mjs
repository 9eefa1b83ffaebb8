import { setTimeout as sleep } from 'node:timers/promises'
import { now, tokenKey } from './plan.mjs'
import { remoteStore } from './remote-store.mjs'

const pauseAfterFailureMs = 20

/** Revokes each token when it is due, again until it is acknowledged, and notes when that was. */
export function startWriter(client, site, { tokens }) {
  const store = remoteStore(client, site)
  const record = site.kind === 'postgres' ? recordByTurns(store, client) : (marks) => store.record(marks)
  const acknowledged = tokens.map(() => undefined)
  const revocations = tokens.flatMap(({ revokeAt }, token) => (revokeAt === undefined ? [] : [token]))
  const mark = { cutoff: Infinity, expiresAt: Date.now() + 600_000 }

  async function revoke(token, at) {
    await sleep(Math.max(0, at - now()))
    for (;;) {
      try {
        await record([{ key: tokenKey(token), mark }])
        acknowledged[token] = now()
        return
      } catch {
        await sleep(pauseAfterFailureMs)
      }
    }
  }

  return {
    start: async (at) => {
      await Promise.all(revocations.map((token) => revoke(token, at + tokens[token].revokeAt)))
    },
    /** When each was acknowledged, and whether the server still has it. */
    report: async () => {
      const found = await store.find(revocations.map(tokenKey))
      return { acknowledged, kept: found.map(({ key }) => Number(key.value)) }
    },
  }
}

/** How long a transaction stays open at most, in ms. */
const longestTransactionMs = 300

/**
 * Records every second time in a transaction, which stays open for a while: transactions commit in
 * another order than they write. Nobody is woken after their commits.
 */
function recordByTurns(store, pool) {
  let turn = 0
  return async (marks) => {
    if (++turn % 2 === 0) return void (await store.record(marks))
    const client = await pool.connect()
    let failure
    try {
      await client.query('BEGIN')
      await store.within(client).record(marks)
      await sleep(Math.random() * longestTransactionMs)
      await client.query('COMMIT')
    } catch (error) {
      failure = error
    }
    client.release(failure)
    if (failure !== undefined) throw failure
  }
}
