import type { Weather } from './network.ts'
import type { Random } from './random.ts'

/** Returns the weather without faults. */
export function calm(maxStalenessMs: number): Weather {
  const delayMs = maxStalenessMs / 20
  return {
    lostMessages: 0,
    lostCommands: 0,
    messageDelayMs: delayMs,
    commandDelayMs: delayMs,
    stalledSubscriptions: 0,
    doubledMessages: 0,
    disordersMessages: false,
  }
}

/** Returns the weather in which messages overtake each other. */
export function disorder(maxStalenessMs: number): Weather {
  return { ...calm(maxStalenessMs), disordersMessages: true, messageDelayMs: maxStalenessMs, doubledMessages: 0.2 }
}

/** Returns calm weather, or one with a fault of the network that lasts. */
export function anyWeather(random: Random, maxStalenessMs: number): Weather {
  const fair = calm(maxStalenessMs)
  return random.pick<Weather>([
    fair,
    fair,
    { ...fair, lostMessages: 0.05 },
    { ...fair, lostMessages: 1 },
    { ...fair, lostCommands: 0.2 },
    { ...fair, lostCommands: 1 },
    { ...fair, messageDelayMs: 3 * maxStalenessMs },
    { ...fair, commandDelayMs: maxStalenessMs / 2 },
    { ...fair, commandDelayMs: 3 * maxStalenessMs },
    { ...fair, stalledSubscriptions: 0.9 },
    { ...fair, doubledMessages: 0.5, messageDelayMs: maxStalenessMs / 2 },
  ])
}
