import type { Key } from '@revoked/core'
import { passTime, type Setting, write } from './setting.ts'
import { calm } from './weather.ts'

/**
 * The limit for a recovery, in leases. A subscription that is stalled is replaced after up to 32,
 * and a sleeping machine and messages in flight add to that.
 */
const leasesUntilWell = 48

/** The time in which the load on the remote is measured, in leases. */
const leasesOfLoad = 5

/** The most reads of one log in the time of a lease: one every fifth, and one that has begun. */
const readsPerLease = 5

/**
 * Ends all faults. Before the limit, the store must answer locally, and as the remote does. Then it
 * must cause no more load than regular reads.
 */
export async function recover(setting: Setting): Promise<string | undefined> {
  const { setup, checker, maxStalenessMs } = setting
  // Faults that were planned may still come.
  await pass(setting, 2)
  setup.network.weather = calm(maxStalenessMs)
  // Marks that nobody can demand are replaced.
  write(
    setup.keys.filter(({ value }) => setup.ledger.isExempt(value)),
    setup,
  )
  const deadline = setting.host.now() + leasesUntilWell * maxStalenessMs + setting.patienceMs
  for (const key of setup.keys) {
    const failure = await untilWell(setting, key, deadline)
    if (failure !== undefined) return failure
  }
  return checker.violation() ?? (await causesLittleLoad(setting))
}

async function untilWell(setting: Setting, key: Key, deadline: number): Promise<string | undefined> {
  const { host, setup, store, maxStalenessMs } = setting
  for (;;) {
    const found = store.find([key])
    if (found instanceof Promise) found.catch(() => undefined)
    const truth = setup.primaryOf(key).cutoffOf(key.value)
    if (!(found instanceof Promise) && found[0]?.mark.cutoff === truth) return undefined
    if (host.now() > deadline) {
      const answer = found instanceof Promise ? 'asked for' : `${found[0]?.mark.cutoff}`
      return `key ${key.value} is ${answer}, not ${truth}, long after the faults ended`
    }
    await passTime(setting, maxStalenessMs / 16)
  }
}

async function causesLittleLoad(setting: Setting): Promise<string | undefined> {
  const { setup } = setting
  // A recovery may end before what is in flight has arrived, such as late pushes.
  await pass(setting, 4)
  const before = { ...setup.load }
  await pass(setting, leasesOfLoad)
  const reads = setup.load.reads - before.reads
  const limit = setup.primaries.length * (leasesOfLoad * readsPerLease + 1)
  if (reads > limit) return `${reads} reads in ${leasesOfLoad} leases without a fault or a change, not ${limit}`
  const finds = setup.load.finds - before.finds
  return finds === 0 ? undefined : `${finds} calls of find without a check`
}

async function pass(setting: Setting, leases: number): Promise<void> {
  const { host, maxStalenessMs } = setting
  for (const end = host.now() + leases * maxStalenessMs; host.now() < end; )
    await passTime(setting, maxStalenessMs / 32)
}
