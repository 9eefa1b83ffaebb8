import type { ProbedStore } from '@revoked/core'
import { eventually } from '@revoked/testing'
import { expect, test } from 'vitest'
import { alice, bob, open, partitioned, patchable } from '../support/remotes.ts'

test('reports a lost subscription, its return, and the end of a lease', async () => {
  const { remote } = patchable()
  let isMute = false
  let interrupt: (() => void) | undefined
  const mutable: ProbedStore = {
    ...remote,
    follow: (log, follower) => {
      interrupt = () => {
        follower.closed()
        follower.opened()
      }
      return remote.follow(log, {
        ...follower,
        confirmed: (...confirmation) => {
          if (!isMute) follower.confirmed(...confirmation)
        },
      })
    },
  }
  const store = await open(mutable, { maxStaleness: '100ms' })
  let missed = 0
  store.onMissed(() => missed++)
  interrupt?.()
  expect(missed).toBe(2)
  await eventually(() => store.status().state === 'live', 'the store is live again')
  isMute = true
  await eventually(() => missed > 2, 'the end of a lease is reported')
  expect(store.status().state).toBe('suspect')
})

test('asks the remote only for keys of a log that is down', async () => {
  const { remote, cutOff } = partitioned()
  const store = await open(remote)
  await store.find([alice, bob])
  cutOff()
  expect(store.status().state).toBe('down')
  expect(Array.isArray(store.find([alice]))).toBe(true)
  expect(Array.isArray(store.find([bob]))).toBe(false)
})
