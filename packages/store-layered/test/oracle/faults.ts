import { connectionFaults } from './connection-faults.ts'
import { messageFaults } from './message-faults.ts'
import { serverFaults } from './server-faults.ts'
import type { StandaloneFault } from './standalone-fault.ts'

/** All faults on a single server. */
export const standaloneFaults = { ...connectionFaults, ...messageFaults, ...serverFaults }

const { none, killed, cutAndRefused, halfOpen, halfOpenForLong, losesSome, losesAll } = standaloneFaults

/** Faults of every matrix run. */
export const briefFaults: readonly StandaloneFault[] = [
  none,
  killed,
  cutAndRefused,
  halfOpen,
  halfOpenForLong,
  serverFaults.stopped,
  serverFaults.readerStopped,
  losesSome,
  losesAll,
]

/** Faults of every matrix run, for the mirror. */
export const briefMirrorFaults: readonly StandaloneFault[] = [losesAll, serverFaults.feedDeletedUnseen]

/** Faults of the full run. */
export const allFaults: readonly StandaloneFault[] = Object.values(standaloneFaults)

/** Faults of the full run, for the mirror. */
export const mirrorFaults: readonly StandaloneFault[] = [
  ...briefMirrorFaults,
  none,
  cutAndRefused,
  standaloneFaults.noSubscription,
  halfOpenForLong,
  standaloneFaults.everythingHalfOpen,
  standaloneFaults.forged,
  serverFaults.readerStopped,
  serverFaults.flushed,
  serverFaults.restartedOlder,
  serverFaults.setBack,
  serverFaults.trimmed,
]
