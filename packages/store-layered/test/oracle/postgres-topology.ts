import { setTimeout as sleep } from 'node:timers/promises'
import { startPgbouncer, startPostgres, startPostgresReplica } from '@revoked/testing/postgres'
import { createTables, schema } from './postgres-setup.ts'
import type { Setup } from './setup.ts'
import { longMs } from './standalone-fault.ts'
import { startAddress } from './topology.ts'
import type { Fault } from './trial.ts'

interface FailoverSetup extends Setup {
  readonly failOver: () => Promise<void>
}

async function startFailoverSetup(isSynchronous: boolean): Promise<FailoverSetup> {
  const primary = await startPostgres()
  await createTables(primary.url)
  const replica = await startPostgresReplica(primary, { isSynchronous })
  const address = await startAddress(primary.port)
  const site = { kind: 'postgres', port: address.port, prefix: schema } as const
  return {
    tag: schema,
    readerSites: [
      { ...site, library: 'pg' },
      { ...site, library: 'executor' },
    ],
    writerSite: site,
    failOver: async () => {
      primary.kill('SIGKILL')
      await replica.promote()
      address.moveTo(replica.port)
    },
    stop: async () => {
      address.stop()
      await Promise.all([replica.stop(), primary.stop()])
    },
  }
}

function failover(isSynchronous: boolean): Fault<FailoverSetup> {
  return {
    name: `failover to ${isSynchronous ? 'a synchronous' : 'an asynchronous'} replica`,
    start: () => startFailoverSetup(isSynchronous),
    durationMs: 3_300,
    inflict: async ({ failOver }, { losing }) => {
      await losing()
      await failOver()
    },
    ...(isSynchronous ? {} : { forgets: 'perhaps' as const }),
  }
}

/** Failovers of PostgreSQL. A synchronous replica loses nothing that was acknowledged. */
export const failovers: readonly Fault<FailoverSetup>[] = [failover(true), failover(false)]

async function startPooledSetup(): Promise<Setup> {
  const server = await startPostgres()
  await createTables(server.url)
  const pooler = await startPgbouncer(server, { poolMode: 'transaction', settings: { default_pool_size: '5' } })
  const site = { kind: 'postgres', port: pooler.port, prefix: schema } as const
  return {
    tag: schema,
    readerSites: [
      { ...site, library: 'pg' },
      { ...site, library: 'executor' },
    ],
    writerSite: { ...site, port: server.port },
    stop: async () => {
      await pooler.stop()
      await server.stop()
    },
  }
}

/** A pooler that drops every notification. */
export const pooled: Fault<Setup> = {
  name: 'PgBouncer in transaction mode',
  start: startPooledSetup,
  inflict: () => sleep(longMs),
}
