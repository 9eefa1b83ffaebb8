import { memoryStore } from '@revoked/store-memory'
import { eventually } from '@revoked/testing'
import { describe, expect, test } from 'vitest'
import { heldScan, live, localValues, mirror } from '../support/mirrors.ts'
import { alice, bob, marked, patchable, silent } from '../support/remotes.ts'

/** A promise, and what resolves it. */
function heldAnswer(): { answered: Promise<void>; answer: () => void } {
  let answer = () => {}
  const answered = new Promise<void>((resolve) => {
    answer = resolve
  })
  return { answered, answer: () => answer() }
}

describe('a scan', () => {
  test('is not believed before a read that was sent after its end', async () => {
    const { remote, store: behind, patch } = patchable()
    const { scan, release, asked } = heldScan([[marked(bob)]])
    const { answered, answer } = heldAnswer()
    patch.scan = scan
    // The lease of the first read holds for a minute.
    const store = mirror(remote, { maxStaleness: '60s' })
    await eventually(() => asked() === 1, 'the scan has begun')
    expect(store.status()).toMatchObject({ state: 'scanning', scan: { marks: 0 } })
    let reads = 0
    patch.read = async (log, after) => {
      reads++
      await answered
      return behind.read(log, after)
    }
    release()
    await eventually(() => reads === 1, 'the scan has ended')
    expect(localValues(store, [bob])).toBeUndefined()
    answer()
    await live(store)
    expect(localValues(store, [bob])).toEqual(['bob'])
  })

  test('is followed by a read at once, also if one is in flight', async () => {
    const { remote, store: behind, patch } = patchable()
    const { scan, release } = heldScan([[marked(bob)]])
    const { answered, answer } = heldAnswer()
    let wake: (() => void) | undefined
    let reads = 0
    patch.scan = scan
    patch.subscribe = (_, listener) => {
      wake = listener.wake
      return silent()
    }
    patch.read = async (log, after) => {
      if (++reads === 2) await answered
      return behind.read(log, after)
    }
    const store = mirror(remote, { maxStaleness: '60s' })
    await eventually(() => store.status().scan !== undefined, 'the first read has begun a scan')
    wake?.()
    await eventually(() => reads === 2, 'a read is in flight')
    release()
    await eventually(() => store.status().scan?.marks === 1, 'the scan has ended')
    answer()
    // Without a read for the scan, the next one would follow after ten seconds.
    await live(store)
    expect(reads).toBe(3)
  })

  test('looks keys up on the remote until it is complete', async () => {
    const { remote, store: behind, patch } = patchable()
    const { scan, release, asked } = heldScan([[marked(alice)]])
    patch.scan = scan
    await behind.record([marked(alice)])
    const store = mirror(remote)
    await eventually(() => asked() === 1, 'the scan has begun')
    expect(localValues(store, [alice])).toBeUndefined()
    expect(await store.find([alice, bob])).toMatchObject([{ key: alice }])
    release()
    await live(store)
    expect(localValues(store, [alice, bob])).toEqual(['alice'])
    expect(store.status().lastScan).toMatchObject({ marks: 1 })
  })

  test('does not restore a key that was forgotten since it began', async () => {
    const { remote, store: behind, patch } = patchable()
    const { scan, release, asked } = heldScan([[marked(alice), marked(bob)]])
    patch.scan = scan
    await behind.record([marked(alice), marked(bob)])
    const store = mirror(remote)
    await eventually(() => asked() === 1, 'the scan has begun')
    await behind.forget([alice])
    release()
    await live(store)
    expect(localValues(store, [alice, bob])).toEqual(['bob'])
  })

  test('keeps what the log delivered since it began', async () => {
    const { remote, store: behind, patch } = patchable()
    const { scan, release, asked } = heldScan([[marked(alice, 1)]])
    patch.scan = scan
    await behind.record([marked(alice, 1)])
    const store = mirror(remote)
    await eventually(() => asked() === 1, 'the scan has begun')
    await behind.record([marked(alice, 5), marked(bob, 7)])
    release()
    await live(store)
    expect(store.find([alice, bob])).toMatchObject([{ mark: { cutoff: 5 } }, { mark: { cutoff: 7 } }])
  })

  test('begins again after a reset', async () => {
    const { remote, store: behind, patch } = patchable()
    const first = heldScan([[marked(alice)], [marked(alice)]])
    patch.scan = first.scan
    const store = mirror(remote)
    await eventually(() => first.asked() === 1, 'the scan has begun')
    const { position } = await behind.read(0)
    patch.read = async () => ({ reset: true, position })
    delete patch.scan
    await eventually(() => store.status().resets === 1, 'the log was reset')
    first.release()
    delete patch.read
    await live(store)
    expect(localValues(store, [alice])).toEqual([])
    expect(first.asked()).toBe(1)
  })

  test('is repeated if it fails', async () => {
    const { remote, store: behind, patch } = patchable()
    await behind.record([marked(alice)])
    let scans = 0
    patch.scan = (log) => {
      if (++scans < 3) throw new Error('The remote is down.')
      return behind.scan(log)
    }
    const store = await live(mirror(remote))
    expect(scans).toBe(3)
    expect(localValues(store, [alice])).toEqual(['alice'])
    expect(store.status().lastFailure?.message).toBe('The remote is down.')
  })

  test('lets other work run between its slices', async () => {
    const { remote, patch } = patchable()
    const marks = Array.from({ length: 5_000 }, (_, id) => marked({ scope: 'jti', value: String(id) }))
    patch.scan = async function* () {
      yield marks
    }
    const store = mirror(remote)
    const progress: number[] = []
    while (store.status().state !== 'live') {
      progress.push(store.status().scan?.marks ?? 0)
      await new Promise((resolve) => void setImmediate(resolve))
    }
    expect(new Set(progress).size).toBeGreaterThan(5)
    expect(store.status()).toMatchObject({ marks: 5_000, lastScan: { marks: 5_000 } })
  })

  test('skips marks that have expired', async () => {
    const { remote, patch } = patchable()
    patch.scan = async function* () {
      yield [{ key: alice, mark: { cutoff: 1, expiresAt: Date.now() - 1 } }, marked(bob)]
    }
    const store = await live(mirror(remote))
    expect(store.status()).toMatchObject({ marks: 1, lastFailure: undefined })
  })

  test('skips marks that have expired by the clock of the local store', async () => {
    const { remote, patch } = patchable()
    patch.scan = async function* () {
      yield [{ key: alice, mark: { cutoff: 1, expiresAt: Date.now() + 1_000 } }, marked(bob)]
    }
    const local = () => memoryStore({ now: () => Date.now() + 5_000 })
    const store = await live(mirror(remote, { local }))
    expect(store.status()).toMatchObject({ marks: 1, lastFailure: undefined })
  })
})
