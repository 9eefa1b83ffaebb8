import type { FollowableStore, Key } from '@revoked/core'
import type { LayeredStore, LayeredStoreOptions } from '../../src/index.ts'
import { type Checker, createChecker } from './checker.ts'
import { type ClockFaults, createClockFaults } from './clock-faults.ts'
import type { Weather } from './network.ts'
import { createRandom, type Random } from './random.ts'
import { createSetup, type Setup } from './setup.ts'
import { installVirtualHost, type VirtualHost } from './virtual-host.ts'

/** The simulated factory: the product, or a copy that lacks a rule. */
export type Product = (remote: FollowableStore, options: LayeredStoreOptions) => LayeredStore

/** Options for `simulate`. */
export interface SimulationOptions {
  readonly product: Product
  readonly seed: number
  readonly steps: number
  readonly pings?: boolean
}

/** The result of a run. */
export interface Report {
  readonly violation: string | undefined
  readonly steps: number
  readonly local: number
  readonly remote: number
  readonly refused: number
  readonly rejected: number
  readonly gaps: number
  readonly resets: number
  readonly recoveries: number
}

interface Setting {
  readonly host: VirtualHost
  readonly random: Random
  readonly setup: Setup
  readonly store: LayeredStore
  readonly checker: Checker
  readonly clocks: ClockFaults
  readonly maxStalenessMs: number
}

const stepsUntilRecovery = 2_000

/** Runs the schedule of a seed until its end or the first wrong answer. */
export async function simulate({ product, seed, steps, pings = false }: SimulationOptions): Promise<Report> {
  const random = createRandom(seed)
  const host = installVirtualHost()
  try {
    const maxStalenessMs = random.pick([80, 400, 2_000])
    const timeoutMs = maxStalenessMs * random.pick([0.4, 1, 4])
    const logs = random.pick([1, 2])
    const setup = createSetup({ host, random, weather: calm(maxStalenessMs), maxStalenessMs, logs, pings })
    const store = product(setup.remote as never, {
      maxEntries: random.pick([2, 100]),
      maxStaleness: `${maxStalenessMs}ms`,
      timeout: `${timeoutMs}ms`,
    })
    const checker = createChecker(store, setup, host)
    const clocks = createClockFaults(host, random, maxStalenessMs)
    const setting = { host, random, setup, store, checker, clocks, maxStalenessMs }
    let step = 0
    let recoveries = 0
    let violation: string | undefined
    while (violation === undefined && step < steps) {
      await takeStep(setting)
      violation = checker.violation()
      if (++step % stepsUntilRecovery === 0 && violation === undefined) {
        violation = await recover(setting)
        recoveries++
      }
    }
    const { gaps, resets } = store.status()
    await store.close()
    return { violation, steps: step, ...checker.counts, gaps, resets, recoveries }
  } finally {
    host.uninstall()
  }
}

async function takeStep(setting: Setting): Promise<void> {
  const { random, maxStalenessMs } = setting
  if (random.chance(0.005)) changeWeather(setting)
  if (random.chance(0.012)) breakSomething(setting)
  act(setting)
  const ms = random.chance(0.003) ? maxStalenessMs * 3 : random.chance(0.3) ? 0 : maxStalenessMs / 10
  await passTime(setting, random.below(Math.floor(ms) + 1))
}

/**
 * Lets time pass, and runs one turn of the event loop: one chunk from the network, the timers, and
 * then the promises.
 */
async function passTime({ host, random, setup, clocks }: Setting, ms: number): Promise<void> {
  setup.network.passUntil(host.now() + ms)
  clocks.settle()
  if (random.chance(0.5)) host.runTimers()
  const isAnything = setup.network.deliver()
  host.runTimers()
  if (isAnything || random.chance(0.3)) await host.drain()
}

function act({ random, setup, checker, maxStalenessMs }: Setting): void {
  const { keys, network } = setup
  const anyKey = (): Key => keys[random.below(keys.length)] as Key
  const choice = random.next()
  if (choice < 0.75) {
    checker.find(Array.from({ length: random.pick([1, 1, 3]) }, anyKey))
    return
  }
  const key = anyKey()
  const primary = setup.primaryOf(key)
  const afterMs = random.below(maxStalenessMs)
  if (choice < 0.77) checker.record(key)
  else if (choice < 0.78) checker.forget(key)
  else if (choice < 0.81) network.onRemote(afterMs, () => primary.record(key, setup.nextCutoff()))
  else if (choice < 0.83) network.onRemote(afterMs, () => primary.forget(key))
}

function breakSomething({ random, setup, clocks, maxStalenessMs }: Setting): void {
  const log = random.below(setup.primaries.length)
  const primary = setup.primaries[log]
  const subscription = setup.subscriptions[log]
  const afterMs = random.below(maxStalenessMs)
  const faults: readonly (() => void)[] = [
    () => subscription?.cut(),
    () => subscription?.stall(),
    () => subscription?.loseOne(),
    () => setup.network.onRemote(afterMs, () => primary?.failOver(random.below(4))),
    () => setup.network.onRemote(afterMs, () => primary?.flush()),
    () => setup.network.onRemote(afterMs, () => primary?.dropLog()),
    clocks.stepWall,
    clocks.sleep,
  ]
  faults[random.below(faults.length)]?.()
}

function calm(maxStalenessMs: number): Weather {
  const delayMs = maxStalenessMs / 20
  return {
    lostMessages: 0,
    lostCommands: 0,
    messageDelayMs: delayMs,
    commandDelayMs: delayMs,
    stalledSubscriptions: 0,
  }
}

function changeWeather({ random, setup, maxStalenessMs }: Setting): void {
  const fair = calm(maxStalenessMs)
  setup.network.weather = random.pick<Weather>([
    fair,
    fair,
    { ...fair, lostMessages: 0.05 },
    { ...fair, lostCommands: 0.2 },
    { ...fair, messageDelayMs: maxStalenessMs },
    { ...fair, commandDelayMs: 3 * maxStalenessMs },
    { ...fair, stalledSubscriptions: 0.9 },
  ])
}

/**
 * The limit for a recovery, in leases. The watchdog waits for up to 32; a sleeping machine and
 * messages in flight add to that.
 */
const leasesUntilWell = 48

/** Ends all faults. Before the limit, the store must answer locally, and as the remote does. */
async function recover(setting: Setting): Promise<string | undefined> {
  const { host, setup, store, checker, maxStalenessMs } = setting
  setup.network.weather = calm(maxStalenessMs)
  const deadline = host.now() + leasesUntilWell * maxStalenessMs
  for (const key of setup.keys) {
    for (;;) {
      const found = store.find([key])
      const truth = setup.primaryOf(key).cutoffOf(key.value)
      if (!(found instanceof Promise) && found[0]?.mark.cutoff === truth) break
      if (host.now() > deadline) {
        const answer = found instanceof Promise ? 'asked for' : `${found[0]?.mark.cutoff}`
        return `key ${key.value} is ${answer}, not ${truth}, in state ${store.status().state}, ${leasesUntilWell} leases after the faults ended`
      }
      if (found instanceof Promise) found.catch(() => undefined)
      await passTime(setting, maxStalenessMs / 16)
    }
  }
  return checker.violation()
}
