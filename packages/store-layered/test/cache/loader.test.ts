import type { Key, Mark } from '@revoked/core'
import { type Follower, systemClock } from '@revoked/core/follow'
import { expect, test } from 'vitest'
import { createLoader } from '../../src/cache/loader.ts'
import type { Entry } from '../../src/cache/local-cache.ts'

const key: Key = { scope: 'sub', value: 'ada' }
const mark: Mark = { cutoff: 1_000, expiresAt: Infinity }

/** A loader over a remote that the test answers, with a cache of one key. */
function setUp() {
  const answers: ((mark: Mark | undefined) => void)[] = []
  let entry: Entry | undefined
  let isRecent = true
  const follower = { generation: () => 1, isRecent: () => isRecent } as Partial<Follower> as Follower
  const { load } = createLoader({
    read: () => new Promise((resolve) => answers.push(resolve)),
    logKey: (same) => same,
    followerOf: () => follower,
    policy: {
      loaded: (_, found, generation) => {
        entry = found === undefined ? generation : { mark: found, generation }
      },
      entryOf: () => entry,
    },
    clock: systemClock,
  })
  return {
    load,
    answers,
    entry: () => entry,
    age: () => {
      isRecent = false
    },
  }
}

test('an answer does not replace that of a load which began after it', async () => {
  const { load, answers, entry, age } = setUp()
  const older = load(key)
  age()
  const newer = load(key)
  answers[1]?.(mark)
  expect(await newer).toBe(mark)
  answers[0]?.(undefined)
  expect(await older).toBeUndefined()
  expect(entry()).toEqual({ mark, generation: 1 })
})
