import type { FollowableStore, Key, KeyedMark, LogEntry, LogListener, LogPosition } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import type { MirroredStore, MirroredStoreOptions } from '../../../src/index.ts'
import { createRandom } from '../../simulation/random.ts'
import { installVirtualHost } from '../../simulation/virtual-host.ts'
import { createPrimary } from './primary.ts'

/** The simulated factory: the product, or a copy that lacks a rule. */
export type Product = (remote: FollowableStore, options: MirroredStoreOptions) => MirroredStore

/** The result of a run. */
export interface Report {
  readonly violation: string | undefined
  readonly local: number
  readonly remote: number
  readonly resets: number
}

/** A state of a key on the primary: its cutoff, or 0, from that time on. */
interface Change {
  readonly at: number
  readonly cutoff: number
}

const bound = 200
const keys = Array.from({ length: 6 }, (_, index): Key => ({ scope: 'jti', value: String(index) }))

/**
 * Runs a random schedule of writes, faults and checks in virtual time. A local answer is right only
 * if the key was in exactly that state on the primary within the bound, and not before the last
 * own write of the key was acknowledged. So neither a mark nor its absence may be out of date.
 */
export async function run(product: Product, seed: number, steps: number): Promise<Report> {
  const random = createRandom(seed)
  const host = installVirtualHost(random)
  const events: { readonly at: number; readonly call: () => void }[] = []
  const history = new Map(keys.map(({ value }): [string, Change[]] => [value, [{ at: 0, cutoff: 0 }]]))
  const written = new Map<string, number>()
  const counts = { local: 0, remote: 0 }
  const loss = random.pick([0, 0.05, 0.3])
  const slowness = random.pick([5, 40, bound])
  let listener: LogListener | undefined
  let caughtUp: LogPosition | undefined
  let violation: string | undefined

  const later = (call: () => void, ms = slowness * random.next()): void =>
    void events.push({ at: host.now() + ms, call })
  const primary = createPrimary({
    random,
    publish: (entry) => push(entry),
    changed: () => {
      for (const key of keys) {
        const cutoff = cutoffIn(primary.find([key]), key)
        const changes = history.get(key.value)
        if (changes?.at(-1)?.cutoff !== cutoff) changes?.push({ at: host.now(), cutoff })
      }
    },
  })

  function push(entry: LogEntry): void {
    if (random.chance(loss)) return
    if (random.chance(0.1)) {
      later(() => listener?.wake())
      return
    }
    const copies = random.chance(0.1) ? 2 : 1
    for (let copy = 0; copy < copies; copy++) later(() => listener?.entries([entry]), 20 * random.next())
  }

  /** Executes a command on the primary. Its answer, or the command itself, may be lost. */
  function command<Reply>(execute: () => Reply): Promise<Reply> {
    return new Promise((resolve, reject) => {
      later(() => {
        const isLost = random.chance(loss)
        const isExecuted = !isLost || random.chance(0.5)
        const reply = isExecuted ? execute() : undefined
        later(() => (isLost ? reject(new Error('The connection was lost.')) : resolve(reply as Reply)))
      })
    })
  }

  const remote: FollowableStore = {
    logs: 1,
    logOf: () => 0,
    logKey: (key) => key,
    find: (wanted) => command(() => primary.find(wanted)),
    record: (marks) =>
      command(() => {
        for (const { key, mark } of marks) primary.write(key, mark.cutoff)
        return marks.map(() => true)
      }),
    forget: (forgotten) =>
      command(() => {
        for (const key of forgotten) primary.write(key, undefined)
      }),
    agree: (settings) => command(() => ({ ...settings, now: host.now() })),
    read: async (_, after) => {
      const sentAt = host.now()
      const answer = await command(() => ({ read: primary.read(after), head: primary.position() }))
      // A late answer is dropped.
      if ((answer.read.reset || answer.read.complete) && host.now() < sentAt + bound / 2) caughtUp = answer.head
      return answer.read
    },
    scan: async function* () {
      for (const key of await command(() => primary.keys())) {
        // Marks of several pages are read at different times.
        if (random.chance(0.7)) await command(() => undefined)
        yield await command(() => primary.find([key]))
      }
    },
    subscribe: (_, subscribed) => {
      listener = subscribed
      return {
        restart: () => undefined,
        close: () => undefined,
        status: () => ({ isOpen: true, lastFailure: undefined, ignoredMessages: 0 }),
      }
    },
  }

  function judge(key: Key, found: readonly KeyedMark[], from: number): void {
    const cutoff = cutoffIn(found, key)
    const changes = history.get(key.value) ?? []
    const first = changes.findLastIndex(({ at }) => at < from)
    if (changes.slice(Math.max(first, 0)).some((change) => change.cutoff === cutoff)) return
    violation ??= `seed ${seed}: key ${key.value} has ${cutoff} at ${host.now()}, and had not since ${from}: ${JSON.stringify(changes.slice(-5))}`
  }

  function check(store: MirroredStore, key: Key): void {
    const from = Math.max(host.now() - bound, written.get(key.value) ?? 0)
    const found = store.find([key])
    if (found instanceof Promise) {
      counts.remote++
      const askedAt = host.now()
      found.then(
        (marks) => judge(key, marks, askedAt),
        () => undefined,
      )
      return
    }
    counts.local++
    judge(key, found, from)
  }

  function act(store: MirroredStore): void {
    const key = random.pick(keys as [Key])
    const cutoff = 1 + random.below(1_000)
    const done = (): void => void written.set(key.value, host.now())
    const choice = random.next()
    if (choice < 0.8) check(store, key)
    else if (choice < 0.88) primary.write(key, cutoff)
    else if (choice < 0.93) primary.write(key, undefined)
    else if (choice < 0.95) store.record([{ key, mark: { cutoff, expiresAt: 1e15 } }]).then(done, () => undefined)
    else if (choice < 0.97) store.forget([key]).then(done, () => undefined)
    else if (choice < 0.975) primary.trim()
    else if (choice < 0.98) primary.save()
    else if (choice < 0.983) primary.flush()
    // A log that is set back to a position of the follower cannot be told from one that was not.
    else if (choice < 0.99 && caughtUp?.tip === primary.position().tip) primary.restore()
    else if (choice < 0.991) host.advanceTo(host.now() + 3_600_000)
  }

  async function pass(ms: number): Promise<void> {
    const until = host.now() + ms
    for (;;) {
      events.sort((a, b) => a.at - b.at)
      if ((events[0]?.at ?? Infinity) > until) break
      const event = events.shift()
      host.advanceTo(Math.max(event?.at ?? 0, host.now()))
      event?.call()
      await host.drain()
    }
    host.advanceTo(Math.max(until, host.now()))
    host.runTimers()
    await host.drain()
  }

  // The follower adds jitter.
  const { random: realRandom } = Math
  Math.random = random.next
  try {
    const local = () => memoryStore({ logLength: 1 })
    const store = product(remote, { local, maxStaleness: `${bound}ms`, timeout: '500ms' })
    for (let step = 0; step < steps && violation === undefined; step++) {
      act(store)
      await pass(random.chance(0.01) ? 3 * bound : random.below(20))
    }
    const { resets } = store.status()
    await store.close()
    return { violation, ...counts, resets }
  } finally {
    Math.random = realRandom
    host.uninstall()
  }
}

function cutoffIn(found: readonly KeyedMark[], key: Key): number {
  return found.find((keyed) => keyed.key.value === key.value)?.mark.cutoff ?? 0
}
