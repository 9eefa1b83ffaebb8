import type { Random } from './random.ts'
import type { VirtualHost } from './virtual-host.ts'

/** How bad the network is just now. Probabilities, and ms. */
export interface Weather {
  readonly lostMessages: number
  readonly lostCommands: number
  readonly messageDelayMs: number
  readonly commandDelayMs: number
  /**
   * Subscriptions that open, and never deliver anything: half-open ones, and those to a deposed
   * primary.
   */
  readonly deafSubscriptions: number
}

/** What is on its way, in both directions. */
export interface Network {
  weather: Weather
  /** Happens on the remote at that time, whatever the process does. */
  readonly onRemote: (afterMs: number, run: () => void) => void
  /** Arrives at the process at that time, or once its event loop turns again. */
  readonly onProcess: (afterMs: number, run: () => void) => void
  /** Carries a command out on the remote. It may do so without the process ever learning. */
  readonly command: <Reply>(execute: () => Reply) => Promise<Reply>
  /** Lets time pass on the remote. */
  readonly passUntil: (time: number) => void
  /** Hands the process all that has arrived. @returns whether there was anything. */
  readonly deliver: () => boolean
}

interface Event {
  readonly at: number
  readonly run: () => void
}

/** An idle network. */
export function createNetwork(host: VirtualHost, random: Random, weather: Weather): Network {
  const remote: Event[] = []
  const process: Event[] = []
  const later = (maxMs: number): number => random.below(maxMs + 1)

  const network: Network = {
    weather,
    onRemote: (afterMs, run) => insert(remote, { at: host.now() + afterMs, run }),
    onProcess: (afterMs, run) => insert(process, { at: host.now() + afterMs, run }),
    command: (execute) =>
      new Promise((resolve, reject) => {
        const { lostCommands, commandDelayMs } = network.weather
        const fail = (): void => reject(new Error('The connection was lost.'))
        const isLost = random.chance(lostCommands)
        const isExecuted = !isLost || random.chance(0.5)
        const isHeardOf = !isLost || random.chance(0.5)
        network.onRemote(later(commandDelayMs), () => {
          const reply = isExecuted ? execute() : undefined
          if (!isHeardOf) return
          network.onProcess(later(commandDelayMs), isLost ? fail : () => resolve(reply as ReturnType<typeof execute>))
        })
      }),
    passUntil: (time) => {
      for (let next = remote[0]; next !== undefined && next.at <= time; next = remote[0]) {
        remote.shift()
        host.advanceTo(Math.max(next.at, host.now()))
        next.run()
      }
      host.advanceTo(time)
    },
    deliver: () => {
      const due = process.findIndex(({ at }) => at > host.now())
      const arrived = process.splice(0, due === -1 ? process.length : due)
      for (const { run } of arrived) run()
      return arrived.length > 0
    },
  }
  return network
}

/** After all that happen at the same time. */
function insert(events: Event[], event: Event): void {
  const before = events.findLastIndex(({ at }) => at <= event.at)
  events.splice(before + 1, 0, event)
}
