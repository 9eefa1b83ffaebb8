import { expect, test } from 'vitest'
import { endInTurns } from '../../src/watch/end-in-turns.ts'
import type { WatchedToken } from '../../src/watch/watched-token.ts'

test('many tokens end over several turns of the event loop, in order', async () => {
  let turn = 0
  let isOver = false
  const count = (): void => {
    turn++
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  const tokens = Array.from({ length: 1_000 }, (_, endsAt) => ({ endsAt }) as WatchedToken)
  const ended: number[] = []
  const perTurn = new Map<number, number>()
  const ending = endInTurns(tokens, ({ endsAt }) => {
    ended.push(endsAt)
    perTurn.set(turn, (perTurn.get(turn) ?? 0) + 1)
  })
  expect(ended).toHaveLength(250)
  await ending
  isOver = true
  expect(ended).toEqual(tokens.map(({ endsAt }) => endsAt))
  expect(Math.max(...perTurn.values())).toBe(250)
})
