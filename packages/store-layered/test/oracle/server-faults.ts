import { setTimeout as sleep } from 'node:timers/promises'
import { now } from './plan.ts'
import type { StandaloneSetup } from './setup.ts'
import { fault, longMs, type StandaloneFault } from './standalone-fault.ts'

async function deleteFeed({ server, tag }: StandaloneSetup): Promise<number> {
  const remove = (): Promise<unknown> => server.command('DEL', `${tag}:feed`)
  for (let times = 0; times < 2; times++) {
    await remove()
    await sleep(longMs / 3)
  }
  const endedAt = now()
  await remove()
  return endedAt
}

/** Causes a loss of data, which the readers report before. */
function loss(name: string, lose: (setup: StandaloneSetup) => Promise<unknown>): StandaloneFault {
  return fault(
    name,
    async (setup, { losing }) => {
      await setup.server.command('SAVE')
      await sleep(500)
      await losing()
      await lose(setup)
    },
    { forgets: 'surely' },
  )
}

/** Faults of the server, of its data, and of the processes. */
export const serverFaults = {
  stopped: fault('`SIGSTOP` of Redis', async ({ server }) => {
    server.kill('SIGSTOP')
    await sleep(longMs)
    server.kill('SIGCONT')
  }),
  readerStopped: fault('`SIGSTOP` of a reader', async (_, { readers: [reader] }) => {
    reader?.kill('SIGSTOP')
    await sleep(longMs)
    const endedAt = now()
    reader?.kill('SIGCONT')
    return endedAt
  }),
  readerBlocked: fault('event loop of a reader blocked, 2 × 1.5 s', async (_, { readers: [reader] }) => {
    await reader?.call('block', longMs)
    await sleep(100)
    return reader?.call('block', longMs)
  }),
  paused: fault('`CLIENT PAUSE`', async ({ server }) => {
    await server.command('CLIENT', 'PAUSE', longMs, 'ALL')
    await sleep(longMs)
  }),
  flushed: loss('`FLUSHALL`', ({ server }) => server.command('FLUSHALL')),
  feedDeleted: fault('`DEL` of the feed', deleteFeed),
  /** What was in the log is lost, and no push has delivered it. */
  feedDeletedUnseen: fault('`DEL` of the feed, all messages lost', deleteFeed, { losesEach: 1 }),
  restartedEmpty: loss('server killed, and restarted empty', async ({ server }) => {
    server.kill('SIGKILL')
    await server.restart()
  }),
  restartedOlder: loss('server killed, and restarted with an older snapshot', async ({ server }) => {
    server.kill('SIGKILL')
    await server.restart({ keepsData: true })
  }),
  setBack: loss('data and log set back to an older snapshot, with newer writes on top', async ({ server }) => {
    // This equals a restart from the snapshot, but no connection breaks.
    await server.command('DEBUG', 'RELOAD', 'NOSAVE')
    await sleep(500)
  }),
  trimmed: fault('log trimmed while a reader is stopped', async ({ server, tag }, { readers: [reader] }) => {
    reader?.kill('SIGSTOP')
    await sleep(longMs)
    await server.command('XTRIM', `${tag}:log`, 'MAXLEN', 0)
    const endedAt = now()
    reader?.kill('SIGCONT')
    return endedAt
  }),
} satisfies Record<string, StandaloneFault>
