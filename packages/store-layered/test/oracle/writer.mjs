import { setTimeout as sleep } from 'node:timers/promises'
import { redisStore } from '@revoked/store-redis'
import { now, tokenKey } from './plan.mjs'

const pauseAfterFailureMs = 20

/** Revokes each token when it is due, again until it is acknowledged, and notes when that was. */
export function startWriter(client, { prefix }, { tokens }) {
  const store = redisStore(client, { prefix })
  const acknowledged = tokens.map(() => undefined)
  const revocations = tokens.flatMap(({ revokeAt }, token) => (revokeAt === undefined ? [] : [token]))
  const mark = { cutoff: Infinity, expiresAt: Date.now() + 600_000 }

  async function revoke(token, at) {
    await sleep(Math.max(0, at - now()))
    for (;;) {
      try {
        await store.record([{ key: tokenKey(token), mark }])
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
