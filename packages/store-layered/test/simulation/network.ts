import type { Random } from './random.ts'
import type { VirtualHost } from './virtual-host.ts'

/** The current faults of the network: probabilities, and delays in ms. */
export interface Weather {
  readonly lostMessages: number
  readonly lostCommands: number
  readonly messageDelayMs: number
  readonly commandDelayMs: number
  /**
   * The share of subscriptions that open and never deliver: half-open ones, and those to a demoted
   * primary.
   */
  readonly stalledSubscriptions: number
  /** The share of messages that arrive twice. */
  readonly doubledMessages: number
  /** True if a message may overtake another one. */
  readonly disordersMessages: boolean
}

/** The messages in flight in both directions. */
export interface Network {
  weather: Weather
  /** Runs a function on the remote after that time, even if the process is blocked. */
  readonly onRemote: (afterMs: number, run: () => void) => void
  /** Runs a function in the process after that time, or at the next turn of its event loop. */
  readonly onProcess: (afterMs: number, run: () => void) => void
  /**
   * Runs a command on the remote. It may run without a reply to the process. Then it never settles,
   * unless the client gives up after some time.
   */
  readonly command: <Reply>(execute: () => Reply, givesUpAfterMs?: number) => Promise<Reply>
  /** Runs the events of the remote until that time. */
  readonly passUntil: (time: number) => void
  /**
   * Delivers all messages that have arrived.
   *
   * @returns true if there was one.
   */
  readonly deliver: () => boolean
}

interface Event {
  readonly at: number
  readonly run: () => void
}

/** Returns an idle network. */
export function createNetwork(host: VirtualHost, random: Random, weather: Weather): Network {
  const remote: Event[] = []
  const process: Event[] = []
  const later = (maxMs: number): number => random.below(maxMs + 1)

  const network: Network = {
    weather,
    onRemote: (afterMs, run) => insert(remote, { at: host.now() + afterMs, run }),
    onProcess: (afterMs, run) => insert(process, { at: host.now() + afterMs, run }),
    command: (execute, givesUpAfterMs) =>
      new Promise((resolve, reject) => {
        const { lostCommands, commandDelayMs } = network.weather
        const fail = (): void => reject(new Error('The connection was lost.'))
        const isLost = random.chance(lostCommands)
        const isExecuted = !isLost || random.chance(0.5)
        const isAnswered = !isLost || random.chance(0.5)
        if (!isAnswered && givesUpAfterMs !== undefined) network.onProcess(givesUpAfterMs, fail)
        network.onRemote(later(commandDelayMs), () => {
          const reply = isExecuted ? execute() : undefined
          if (!isAnswered) return
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

/** Inserts an event after all events of the same time. */
function insert(events: Event[], event: Event): void {
  const before = events.findLastIndex(({ at }) => at <= event.at)
  events.splice(before + 1, 0, event)
}
