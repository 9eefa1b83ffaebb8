import type { LogEntry, LogPosition } from '@revoked/core'
import type { Primary } from './primary.ts'
import type { Random } from './random.ts'
import { type Setting, write } from './setting.ts'
import type { Subscription } from './subscription.ts'
import { calm, disorder } from './weather.ts'

/** One fault and its scene. */
interface Scene extends Setting {
  readonly log: number
  readonly primary: Primary
  readonly subscription: Subscription | undefined
  /** Runs a function on the remote within one lease. */
  readonly soon: (run: () => void) => void
}

/** Records this many marks, in a burst, and so that each has a push. */
function writeSome({ setup, random }: Scene, limit: number): void {
  for (let count = random.below(limit + 1); count > 0; count--) write([random.pick(setup.keys as [never])], setup)
}

const faults = {
  cutSubscription: ({ subscription }) => subscription?.cut(),
  stalledSubscription: ({ subscription }) => subscription?.stall(),
  lostPush: ({ subscription }) => subscription?.loseOne(),
  forgedPush: (scene) => scene.soon(() => scene.subscription?.forge(forgery(scene))),
  disorderedPushes: ({ setup, maxStalenessMs }) => {
    setup.network.weather = disorder(maxStalenessMs)
  },
  failover: ({ primary, random, soon }) => soon(() => primary.failOver(random.below(4))),
  flush: ({ primary, soon }) => soon(primary.flush),
  deletedLog: ({ primary, soon }) => soon(primary.dropLog),
  trimmedLog: ({ primary, random, soon }) => soon(() => primary.trim(random.below(3))),
  /** The data is set back, and newer marks take the places of those that were lost. */
  restore: (scene) => {
    scene.soon(() => {
      scene.primary.restore()
      writeSome(scene, 4)
    })
  },
  snapshot: ({ primary, soon }) => soon(primary.save),
  /** The data is set back to what it was a moment ago, so that late pushes meet new entries. */
  briefRestore: (scene) => {
    scene.soon(() => {
      scene.primary.save()
      writeSome(scene, 3)
      scene.setup.network.onRemote(scene.random.below(scene.maxStalenessMs / 4), () => {
        scene.primary.restore()
        writeSome(scene, 3)
      })
    })
  },
  /** The same with pushes that are late, and then nothing is answered any more. */
  lateBranch: (scene) => {
    const { setup, random, maxStalenessMs, primary } = scene
    const { network } = setup
    const fair = calm(maxStalenessMs)
    network.weather = { ...fair, messageDelayMs: maxStalenessMs / 2, commandDelayMs: maxStalenessMs / 4 }
    primary.save()
    writeSome(scene, 3)
    network.onRemote(random.below(maxStalenessMs / 4), () => {
      primary.restore()
      writeSome(scene, 2)
    })
    network.onRemote(maxStalenessMs / 4 + random.below(maxStalenessMs / 2), () => {
      network.weather = { ...fair, lostCommands: 1 }
    })
  },
  /** Entries are missed again and again, while answers to loads are slow. */
  gapsUnderLoad: ({ setup, random, maxStalenessMs, primary }) => {
    const { network } = setup
    network.weather = { ...calm(maxStalenessMs), lostMessages: 1, commandDelayMs: maxStalenessMs / 2 }
    for (let atMs = 0; atMs < 3 * maxStalenessMs; atMs += random.below(maxStalenessMs) + 1)
      network.onRemote(atMs, () => {
        write(setup.keys, setup)
        primary.trim(0)
      })
  },
  /** The process stands still while the log moves on, and is trimmed. */
  sleepingProcess: (scene) => {
    scene.soon(() => {
      writeSome(scene, 6)
      if (scene.random.chance(0.5)) scene.primary.trim(scene.random.below(3))
    })
    scene.setup.network.passUntil(scene.host.now() + scene.random.below(4 * scene.maxStalenessMs))
  },
  wallClockStep: ({ clocks }) => clocks.stepWall(),
  sleepingMachine: ({ clocks }) => clocks.sleep(),
} satisfies Record<string, (scene: Scene) => void>

/** The name of a fault. */
export type FaultName = keyof typeof faults

/**
 * Returns the faults of a schedule. Schedules that lack some kinds of fault reach states in which
 * these would end the others early.
 */
export function chooseFaults(random: Random, only: readonly FaultName[] | undefined): readonly FaultName[] {
  return only ?? (Object.keys(faults) as FaultName[]).filter(() => random.chance(0.5))
}

/** Causes one of the faults of the schedule. */
export function inflict(setting: Setting): void {
  const { random, setup, maxStalenessMs } = setting
  const log = random.below(setup.primaries.length)
  const scene: Scene = {
    ...setting,
    log,
    primary: setup.primaries[log] as Primary,
    subscription: setup.subscriptions[log],
    soon: (run) => setup.network.onRemote(random.below(maxStalenessMs), run),
  }
  faults[random.pick(setting.faults as [FaultName])](scene)
}

/**
 * Returns an entry that looks like one of the log and is none: it does not follow the last one, or
 * it does and revokes a token. A forger who knows the last tip could also reinstate a token, which
 * no protocol without signatures can prevent.
 */
function forgery({ random, setup, primary, log }: Scene): readonly LogEntry[] {
  const { epoch, sequence, tip } = primary.position()
  const key = random.pick(setup.keys as [never])
  if (setup.remote.logOf(key) !== log) return []
  const knowsTip = random.chance(0.3)
  const position: LogPosition = {
    epoch,
    sequence: sequence + (knowsTip ? 1 : random.below(4)),
    tip: `forged ${random.next()}`,
  }
  const mark = knowsTip || random.chance(0.5) ? { cutoff: setup.nextCutoff(), expiresAt: Infinity } : undefined
  return [{ position, previousTip: knowsTip ? tip : 'forged', key: setup.remote.logKey(key), mark }]
}
