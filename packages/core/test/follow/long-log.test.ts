import type { FollowableStore, LogPosition, LogRead } from '@revoked/core'
import { followStore } from '@revoked/core/follow'
import { expect, onTestFinished, test, vi } from 'vitest'
import { followableStore } from '../support/followable-store.ts'
import { at, entry } from '../support/scripted-remote.ts'

const pages = 100

test('a long log of a store in this process is read with turns between its pages', async () => {
  const turns: number[] = []
  let turn = 0
  let isOver = false
  const count = (): void => {
    turn++
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  const read = async (_: number, after?: LogPosition): Promise<LogRead> => {
    turns.push(turn)
    if (after === undefined) return { reset: true, position: at(0) }
    const { sequence } = after
    const entries = sequence < pages ? [entry(sequence + 1)] : []
    return { reset: false, entries, position: at(pages), complete: sequence >= pages - 1 }
  }
  const store: FollowableStore = { ...followableStore(), read }
  let applied = 0
  const following = followStore(store, { apply: () => applied++, reset: () => {} }, { maxStalenessMs: 1_000 })
  onTestFinished(() => following.close())
  await vi.waitUntil(() => applied === pages)
  isOver = true
  expect(new Set(turns.slice(-pages)).size).toBe(pages)
})
