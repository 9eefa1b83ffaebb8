import type { Key } from '@revoked/core'
import { createChecker } from './checker.ts'
import { createClockFaults } from './clock-faults.ts'
import { chooseFaults, type FaultName, inflict } from './faults.ts'
import type { Product } from './product.ts'
import { createRandom } from './random.ts'
import { recover } from './recover.ts'
import { passTime, type Setting, write } from './setting.ts'
import { createSetup, type ReadKind } from './setup.ts'
import { installVirtualHost, type VirtualHost } from './virtual-host.ts'
import { anyWeather, calm } from './weather.ts'

/** Options for `simulate`. */
export interface SimulationOptions {
  readonly product: Product
  /**
   * The time in ms until the product recovers, in addition to that of the subscriptions. Default 0.
   */
  readonly patienceMs?: number
  readonly seed: number
  readonly steps: number
  readonly reads?: ReadKind
  /** The faults of the schedule. Default: each seed has its choice. */
  readonly faults?: readonly FaultName[]
}

/** The result of a run. */
export interface Report {
  readonly violation: string | undefined
  readonly steps: number
  readonly local: number
  readonly remote: number
  readonly refused: number
  readonly rejected: number
  readonly reads: number
  readonly recoveries: number
}

const stepsUntilRecovery = 2_000

/** Runs the schedule of a seed until its end or the first wrong answer. */
export async function simulate(options: SimulationOptions): Promise<Report> {
  const host = installVirtualHost(createRandom(options.seed))
  try {
    const setting = start(options, host)
    const { checker, store, setup } = setting
    let step = 0
    let recoveries = 0
    let violation: string | undefined
    while (violation === undefined && step < options.steps) {
      await takeStep(setting)
      violation = checker.violation()
      if (++step % stepsUntilRecovery === 0 && violation === undefined) {
        violation = await recover(setting)
        recoveries++
      }
    }
    await store.close()
    return { violation, steps: step, ...checker.counts, reads: setup.load.reads, recoveries }
  } finally {
    host.uninstall()
  }
}

function start(options: SimulationOptions, host: VirtualHost): Setting {
  const { product, seed, reads = 'log', faults, patienceMs = 0 } = options
  const random = createRandom(seed)
  const maxStalenessMs = random.pick([80, 400, 2_000])
  const timeoutMs = maxStalenessMs * random.pick([0.4, 1, 4])
  const chosen = chooseFaults(random, faults)
  const setup = createSetup({
    host,
    random,
    weather: calm(maxStalenessMs),
    maxStalenessMs,
    logs: random.pick([1, 2]),
    pushes: random.pick(['entries', 'entries', 'entries', 'mixed', 'wake', 'none']),
    reads,
  })
  const store = product(setup.remote, { maxEntries: random.pick([2, 100, 100]), maxStalenessMs, timeoutMs })
  return {
    host,
    random,
    setup,
    store,
    checker: createChecker(store, setup, host),
    clocks: createClockFaults(host, random, maxStalenessMs),
    maxStalenessMs,
    faults: chosen,
    patienceMs,
  }
}

async function takeStep(setting: Setting): Promise<void> {
  const { random, maxStalenessMs, faults, setup } = setting
  if (random.chance(0.005)) setup.network.weather = anyWeather(random, maxStalenessMs)
  if (faults.length > 0 && random.chance(0.012)) inflict(setting)
  act(setting)
  const ms = random.chance(0.003) ? maxStalenessMs * 3 : random.chance(0.3) ? 0 : maxStalenessMs / 10
  await passTime(setting, random.below(Math.floor(ms) + 1))
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
  const afterMs = random.below(maxStalenessMs)
  if (choice < 0.77) checker.record(key)
  else if (choice < 0.78) checker.forget(key)
  else if (choice < 0.81) network.onRemote(afterMs, () => write([key], setup))
  else if (choice < 0.83) network.onRemote(afterMs, () => setup.primaryOf(key).write([{ key, cutoff: undefined }]))
  else if (choice < 0.835) network.onRemote(afterMs, () => write(keys, setup))
}
