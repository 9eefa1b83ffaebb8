import { eventually } from '@revoked/testing'
import { describe, expect, test } from 'vitest'
import type { TokenPair, TokenPairs } from '../../src/index.ts'
import { durable, expectRefusedEverywhere, generationOf, instances, nth, start } from '../support/redis-instances.ts'
import { alice, outcomeOf } from '../support/refresh-fixtures.ts'

interface Gate {
  readonly opened: Promise<void>
  readonly open: () => void
}

function gate(): Gate {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

interface Aftermath {
  readonly all: readonly TokenPairs[]
  readonly sessions: readonly TokenPair[]
  /** By session, what the rotation was answered that the server was killed amid. */
  readonly answers: readonly (TokenPair | undefined)[]
}

/**
 * A hundred rotations of as many sessions; amid them the server is killed, and started again
 * afterwards.
 */
async function killedAmidRotations(args: readonly string[], grace: '0s' | '30s'): Promise<Aftermath> {
  const server = await start(args)
  const all = await instances(server.port, grace)
  const sessions = await Promise.all(Array.from({ length: 100 }, (_, index) => nth(all, index).issuePair(alice)))
  let answered = 0
  const halfway = gate()
  const gone = gate()
  const outcomes = await Promise.all(
    sessions.map(async ({ refreshToken }, index) => {
      // Some have been answered, some are writing, and some are about to write when the server
      // goes.
      const renew = async <T>(claims: T): Promise<T> => {
        if (index >= 50) await (index < 80 ? halfway : gone).opened
        return claims
      }
      const outcome = await outcomeOf(nth(all, index).rotate(refreshToken, { renew }))
      if (++answered === 40) {
        halfway.open()
        setImmediate(() => {
          server.kill('SIGKILL')
          gone.open()
        })
      }
      return outcome
    }),
  )
  const codes = outcomes.flatMap((outcome) => ('code' in outcome ? [outcome.code] : []))
  expect(codes.length).toBeGreaterThanOrEqual(20)
  expect(codes.length).toBeLessThanOrEqual(60)
  expect([...new Set(codes)]).toEqual(['ERR_REVOCATION_UNAVAILABLE'])
  await server.stop()
  await start(args, server.port)
  for (const tokens of all) {
    await eventually(() => tokens.issuePair(alice), 'the instance has its server back', 10_000)
  }
  return { all, sessions, answers: outcomes.map((outcome) => ('value' in outcome ? outcome.value : undefined)) }
}

describe('a server that is killed amid a hundred rotations', () => {
  test.each(['0s', '30s'] as const)(
    'and comes back has forgotten none, with a grace of %s',
    async (grace) => {
      const { all, sessions, answers } = await killedAmidRotations(await durable(), grace)
      await Promise.all(
        sessions.map(async (old, index) => {
          const answer = answers[index]
          if (answer !== undefined) {
            await nth(all, index + 1).verify(answer.accessToken)
            await nth(all, index + 2).verifyRefresh(answer.refreshToken)
          }
          const retry = await outcomeOf(nth(all, index + 1).rotate(old.refreshToken))
          const pairs = [answer, 'value' in retry ? retry.value : undefined].filter((pair) => pair !== undefined)
          expect(new Set(pairs.map(generationOf)).size).toBeLessThanOrEqual(1)
          if ('value' in retry) {
            if (grace === '0s') expect(answer).toBeUndefined()
            for (const pair of pairs) await nth(all, index).verify(pair.accessToken)
          } else {
            expect(retry.code).toBe('ERR_REFRESH_REUSED')
            for (const pair of [old, ...pairs]) await expectRefusedEverywhere(all, pair)
          }
        }),
      )
    },
    30_000,
  )

  test('and keeps nothing would let tokens be used again, and this would be seen', async () => {
    const { all, sessions, answers } = await killedAmidRotations([], '0s')
    const index = answers.findIndex((answer) => answer !== undefined)
    const again = await nth(all, 1).rotate(sessions[index]?.refreshToken ?? '')
    await nth(all, 0).verify(again.accessToken)
    await nth(all, 0).verify(answers[index]?.accessToken ?? '')
  }, 30_000)
})
