import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Claims, RevocationStore, Verdict } from '@revoked/core'
import { eventually, type FaultProxy, type RedisServer } from '@revoked/testing'
import { expect } from 'vitest'
import { changesOn, marksOn, revocationOver, timeoutMs, tokenOf, tokensOf } from './fault-setup.ts'
import { failureOf, settled, unavailable, verdictOn } from './settled.ts'

/**
 * A store, and its server. The checks take any store, so that tests can show which faults they
 * detect.
 */
export interface TestedStore {
  readonly store: RevocationStore
  readonly server: RedisServer
}

/** A store, and the proxy between it and its server. */
export interface ProxiedStore {
  readonly store: RevocationStore
  readonly proxy: FaultProxy
}

/** Kills the server during checks of revoked tokens. Expects that none of them passes. */
export async function killDuringChecks({ store, server }: TestedStore): Promise<void> {
  // The store repeats reads for a second, and the deadline must not hide what it answers then.
  const revocation = revocationOver(store, 1_500)
  const tokens = tokensOf('revoked', 50)
  await revocation.revoke(tokens.map((token) => ({ token })))
  // A server that hangs first certainly has commands in flight when it dies.
  server.kill('SIGSTOP')
  const running = tokens.map((token) => verdictOn(revocation, token))
  await nextTurn()
  server.kill('SIGKILL')
  const verdicts = await Promise.all([...running, ...tokens.map((token) => verdictOn(revocation, token))])
  for (const verdict of verdicts) expect(verdict).toMatchObject(unavailable)
}

/** Kills the server during a revocation. Expects that the call fails and that a retry succeeds. */
export async function killDuringRevoke({ store, server }: TestedStore): Promise<void> {
  const revocation = revocationOver(store)
  const token = tokenOf('a')
  await revocation.check(token)
  server.kill('SIGSTOP')
  await Promise.all([failureOf(revocation.revoke({ token })), nextTurn().then(() => server.kill('SIGKILL'))])
  await server.restart()
  expect(await revokedAtLast(store, token)).toBe(true)
  expect([await marksOn(server), await changesOn(server)]).toEqual([1, 1])
}

/**
 * Closes all connections of clients on the server during checks, three times. Expects that every
 * check is answered.
 */
export async function killConnectionsDuringChecks({ store, server }: TestedStore): Promise<void> {
  const revocation = revocationOver(store, 1_000)
  const token = tokenOf('revoked')
  await revocation.revoke({ token })
  const checks: Promise<Verdict>[] = []
  const checkOnAndOn = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn++) {
      checks.push(revocation.check(token))
      await sleep(2)
    }
  }
  for (let round = 0; round < 3; round++) {
    await checkOnAndOn(10)
    const killed = server.command('CLIENT', 'KILL', 'TYPE', 'normal')
    await checkOnAndOn(100)
    expect(Number(await killed)).toBeGreaterThanOrEqual(1)
    await Promise.all(checks)
  }
  const unanswered = (await Promise.all(checks)).filter(({ status }) => status !== 'revoked')
  expect(unanswered.length, `checks without an answer, of ${checks.length}`).toBe(0)
}

/**
 * Loses the reply of a revocation that was carried out. Expects that its only caller learns that it
 * was first, after any number of retries.
 */
export async function loseReply({ store, server }: TestedStore, proxy: FaultProxy): Promise<void> {
  const revocation = revocationOver(store)
  // From here on the server knows the scripts, and carries out the first command.
  await revocation.revoke({ token: tokenOf('before') })
  proxy.halfOpen('toClient')
  const token = tokenOf('a')
  const first = settled(revocation.revoke({ token }), timeoutMs * 5)
  await eventually(async () => (await marksOn(server)) === 2, 'the revocation is carried out')
  proxy.halfOpen('none')
  proxy.cut()
  const outcome = await first
  const wasFirst = 'value' in outcome ? outcome.value.changed : await revokedAtLast(store, token)
  expect(wasFirst, 'the only caller was first').toBe(true)
  expect([await marksOn(server), await changesOn(server)]).toEqual([2, 2])
}

/**
 * Cuts connections during many calls. Expects that acknowledged tokens stay revoked, and that every
 * call settles.
 */
export async function severInStorm({ store, server }: TestedStore, sever: () => Promise<unknown>): Promise<void> {
  const revocation = revocationOver(store)
  const acknowledged: Claims[] = []
  let isOver = false
  const storm = Promise.all(
    Array.from({ length: 10 }, async (_, worker) => {
      for (let call = 0; !isOver; call++) {
        const token = tokenOf(`${worker}-${call}`)
        const outcome = await settled(revocation.revoke({ token }), timeoutMs * 5)
        if ('value' in outcome) acknowledged.push(token)
        const { allowed } = await verdictOn(revocation, token)
        if ('value' in outcome) expect(allowed, 'an acknowledged revocation is missed').toBe(false)
        await nextTurn()
      }
    }),
  )
  const severing = async (): Promise<void> => {
    for (let round = 0; round < 6; round++) {
      const next = acknowledged.length + 20
      await eventually(() => isOver || acknowledged.length > next, 'revocations are acknowledged again', 10_000)
      await sever()
    }
  }
  try {
    await Promise.race([storm, severing()])
  } finally {
    isOver = true
  }
  await storm
  const calm = revocationOver(store, 5_000)
  await eventually(async () => (await calm.check(tokenOf('other'))).allowed, 'the store answers again', 10_000)
  const verdicts = await Promise.all(acknowledged.map((claims) => calm.check(claims)))
  const missed = verdicts.filter(({ status }) => status !== 'revoked')
  expect(missed.length, `acknowledged revocations are missed, of ${acknowledged.length}`).toBe(0)
  expect(await marksOn(server)).toBeGreaterThanOrEqual(acknowledged.length)
}

/**
 * Revokes one token over all stores at once, and loses the replies of the first attempts. Expects
 * that exactly one caller learns that it was first.
 */
export async function loseAllReplies(
  { server }: Pick<TestedStore, 'server'>,
  proxiedStores: readonly ProxiedStore[],
): Promise<void> {
  // With this delay, every reply is still in flight when the test sees the stored token.
  for (const { proxy } of proxiedStores) proxy.delay(50)
  const lose = async (): Promise<void> => {
    await eventually(async () => (await marksOn(server)) === 1, 'the token is stored')
    for (const { proxy } of proxiedStores) {
      proxy.delay(0)
      proxy.cut()
    }
  }
  const [{ first, callers }] = await Promise.all([raceOf(proxiedStores), lose()])
  expect(first, `first of ${callers}`).toBe(1)
  expect([await marksOn(server), await changesOn(server)]).toEqual([1, 1])
}

/**
 * Revokes one token over all stores at once while connections are cut repeatedly. Expects that at
 * most one caller learns that it was first, and exactly one if no call was rejected.
 */
export async function cutThroughout(
  { server }: Pick<TestedStore, 'server'>,
  proxiedStores: readonly ProxiedStore[],
): Promise<void> {
  for (const { proxy } of proxiedStores) proxy.delay(10)
  const cutAll = async (): Promise<void> => {
    for (const { proxy } of [...proxiedStores, ...proxiedStores, ...proxiedStores]) {
      await eventually(() => proxy.connections > 0, 'the client is back', 10_000)
      proxy.cut()
    }
  }
  const [{ first, callers, rejections }] = await Promise.all([raceOf(proxiedStores), cutAll()])
  expect(first, `first of ${callers}`).toBeLessThanOrEqual(1)
  if (rejections === 0) expect(first, `first of ${callers}`).toBe(1)
  expect([await marksOn(server), await changesOn(server)]).toEqual([1, 1])
}

/**
 * Revokes one token by 25 callers over each store, and counts those that learned that they were
 * first.
 */
async function raceOf(
  proxiedStores: readonly ProxiedStore[],
): Promise<{ readonly first: number; readonly callers: number; readonly rejections: number }> {
  const token = tokenOf('a')
  let rejections = 0
  const answers = await Promise.all(
    proxiedStores.flatMap(({ store }) =>
      Array.from({ length: 25 }, () => revokedAtLast(store, token, () => rejections++)),
    ),
  )
  return { first: answers.filter(Boolean).length, callers: answers.length, rejections }
}

/** Retries a revocation until it is acknowledged. Returns true if this caller was first. */
async function revokedAtLast(store: RevocationStore, token: Claims, rejected?: () => void): Promise<boolean> {
  const revocation = revocationOver(store, 1_000)
  const attempt = async (): Promise<[boolean]> => {
    try {
      return [(await revocation.revoke({ token })).changed]
    } catch (error) {
      rejected?.()
      throw error
    }
  }
  return (await eventually(attempt, 'the revocation is acknowledged', 15_000))[0]
}
