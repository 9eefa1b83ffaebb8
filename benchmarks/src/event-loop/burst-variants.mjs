// @ts-check
// What 100,000 revocations at once go through: a store that records them, or a cache that another
// process tells of them.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createRevocation } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { redisStore } from '@revoked/store-redis'
import { eventually, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { createLayered } from '../layered/revocation.mjs'
import { createMirror, untilLive } from '../mirror/remote.mjs'

/**
 * @typedef {import('@revoked/core').Revocation} Revocation
 * @typedef {object} Candidate
 * @property {() => Promise<unknown>} burst resolves when all is revoked
 * @property {() => Promise<string>} [check] of a token that is not revoked; its status
 * @property {(subject: string) => Promise<boolean>} isRevoked
 * @property {import('@revoked/testing').RedisServer} [server]
 * @typedef {(subjects: readonly string[]) => Promise<Candidate>} Variant
 */

const lifetime = { iat: Math.floor(Date.now() / 1_000) - 10, exp: Math.floor(Date.now() / 1_000) + 900 }
/** While other work keeps the cores busy. */
const deadlineMs = 60_000

/** @type {Readonly<Record<string, Variant>>} */
export const variants = {
  async memory(subjects) {
    const revocation = over(memoryStore())
    return { ...candidateOf(revocation), burst: () => revocation.revoke(subjects.map((subject) => ({ subject }))) }
  },

  async map(subjects) {
    /** @type {Map<string, number>} */
    const cutoffs = new Map()
    return {
      burst: async () => {
        for (const subject of subjects) cutoffs.set(subject, Date.now())
      },
      isRevoked: async (subject) => cutoffs.has(subject),
    }
  },

  async redis(subjects) {
    const server = await startRedis()
    const revocation = over(redisStore(new Redis(server.url)))
    const burst = () => revocation.revoke(subjects.map((subject) => ({ subject })))
    return { ...candidateOf(revocation), burst, server }
  },

  async 'redis-slices'(subjects) {
    const server = await startRedis()
    const revocation = over(redisStore(new Redis(server.url)))
    const burst = async () => {
      for (let start = 0; start < subjects.length; start += 1_000) {
        await revocation.revoke(subjects.slice(start, start + 1_000).map((subject) => ({ subject })))
      }
    }
    return { ...candidateOf(revocation), burst, server }
  },

  async layered(subjects) {
    const server = await startRedis()
    const { store, revocation } = await createLayered(server.url)
    // In the cache, from now on.
    await Promise.all(subjects.slice(0, 1_000).map((sub) => revocation.check({ sub, ...lifetime })))
    return elsewhere(server, revocation, () => store.status().state === 'live', subjects)
  },

  async mirror(subjects) {
    const server = await startRedis()
    const { store, revocation } = createMirror(server.url)
    await untilLive(store)
    return elsewhere(server, revocation, () => store.status().state === 'live', subjects)
  },
}

/** @param {import('@revoked/core').RevocationStore} store */
function over(store) {
  return createRevocation({ store, maxTokenLifetime: '24h' })
}

/** @param {Revocation} revocation */
function candidateOf(revocation) {
  const token = { sub: 'somebody', jti: crypto.randomUUID(), ...lifetime }
  return {
    check: async () => (await revocation.check(token)).status,
    isRevoked: (/** @type {string} */ sub) => revocation.isRevoked({ sub, ...lifetime }),
  }
}

/**
 * Lets another process revoke, and waits until this one answers so, from its memory.
 *
 * @param {import('@revoked/testing').RedisServer} server
 * @param {Revocation} revocation
 * @param {() => boolean} isLive
 * @param {readonly string[]} subjects
 * @returns {Candidate}
 */
function elsewhere(server, revocation, isLive, subjects) {
  const path = fileURLToPath(new URL('burst-writer.mjs', import.meta.url))
  const writer = fork(path, [server.url], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const ready = once(writer, 'message')
  writer.send(subjects)
  const { check, isRevoked } = candidateOf(revocation)
  return {
    check,
    isRevoked,
    server,
    burst: async () => {
      await ready
      const ended = once(writer, 'message')
      writer.send('revoke')
      await ended
      const last = subjects.at(-1) ?? ''
      await eventually(async () => isLive() && (await isRevoked(last)), 'the last one is refused', deadlineMs)
    },
  }
}
