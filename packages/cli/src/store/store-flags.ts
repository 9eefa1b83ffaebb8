import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { type Duration, durationToMs } from '@revoked/core'

/** The heading of the options of all commands over a store. */
export const storeGroup = 'Options of the store:'

/** Returns a command with the options of all commands over a store. */
export function storeCommand(name: string) {
  return new Command(name)
    .optionsGroup(storeGroup)
    .option('--store <address>', 'redis://…, rediss://…, postgres://…, sqlite:<path>; without its password')
    .option('--config <file>', 'a configuration, in place of revoked.config.mjs')
    .option('--prefix <prefix>', 'Redis: the prefix of the store')
    .addOption(new Option('--partitions <count>', 'Redis: the partitions of the store').argParser(toCount))
    .option('--schema <schema>', 'PostgreSQL: the schema of the store')
    .option('--hash-ids', 'the store hashes ids. Default: as its services agreed')
    .addOption(
      new Option('--max-token-lifetime <duration>', 'of createRevocation. Default: as agreed').argParser(toDuration),
    )
    .addOption(
      new Option('--clock-tolerance <duration>', 'of createRevocation. Default: as agreed').argParser(toDuration),
    )
    .option('--claim-names <names...>', 'claims that can be revoked. Default: as agreed')
    .addOption(new Option('--timeout <duration>', 'how long a check may take').argParser(toDuration))
    .optionsGroup('Options:')
    .option('--json', 'print JSON for programs')
}

/** The values of the options of {@link storeCommand}. */
export type StoreFlags = ReturnType<ReturnType<typeof storeCommand>['opts']>

/** Returns the duration that a text names. @throws InvalidArgumentError for any other text. */
export function toDuration(text: string): Duration {
  try {
    durationToMs(text as Duration, 'duration')
    return text as Duration
  } catch {
    throw new InvalidArgumentError('A duration is a number and a unit: 500ms, 30s, 15m, 24h, 30d.')
  }
}

/** A timer of Node takes no longer time. */
const longestTimerMs = 2 ** 31 - 1

/** Returns the time of a timer. @throws InvalidArgumentError for any other text. */
export function toTimer(text: string): number {
  const ms = durationToMs(toDuration(text), 'duration')
  if (ms < 1_000 || ms > longestTimerMs) throw new InvalidArgumentError('It must be a time from 1s to 24d.')
  return ms
}

/** Returns the whole number that a text names. @throws InvalidArgumentError for any other text. */
export function toCount(text: string): number {
  const count = Number(text)
  if (text.trim() === '' || !Number.isSafeInteger(count) || count < 1)
    throw new InvalidArgumentError('It must be a whole number, at least 1.')
  return count
}

/** Returns the instant that a text names, in ms since the epoch. */
export function toInstant(text: string): number {
  // `Date.parse` also takes "12", as a day of 2001.
  const instant = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(instant)) throw new InvalidArgumentError('It must be a date: 2026-11-27T12:00:00Z.')
  return instant
}
