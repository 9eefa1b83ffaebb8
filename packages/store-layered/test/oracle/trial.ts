import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '@revoked/testing'
import { now, planTokens } from './plan.ts'
import type { Setup } from './setup.ts'
import type { Variant } from './variant.ts'
import { judge, type ReaderReport, type Verdict, type WriterReport } from './verdict.ts'
import { startWorker, type Worker } from './worker.ts'

/** The `maxStaleness` of all trials. */
export const boundMs = 1_000

/** The processes of a trial, for use by a fault. */
interface Stage {
  readonly readers: readonly Worker[]
  /** Must be called before the server loses its data. */
  readonly losing: () => Promise<void>
}

/** A fault, and the servers that it needs. */
export interface Fault<Place extends Setup> {
  readonly name: string
  readonly start: () => Promise<Place>
  /** Causes the fault. Resolves when it is over, or to the time at which it was. */
  readonly inflict: (setup: Place, stage: Stage) => Promise<unknown>
  readonly losesEach?: number
  /** The limit of the time until the readers answer locally again, in ms. */
  readonly recoversWithinMs?: number
  /** The limit of the time that a question to the remote takes, in ms. */
  readonly answersWithinMs?: number
  /** Whether the server loses revocations. */
  readonly forgets?: 'surely' | 'perhaps'
  /** True if the trial does not wait until the readers answer locally again. */
  readonly mayStayDown?: boolean
  /** The time in which tokens are revoked. */
  readonly durationMs?: number
}

const defaultDurationMs = 2_200
const pairs = 110
const beforeFaultMs = 250
const marginMs = 250

/** Runs two readers and a writer in separate processes during the fault. */
export async function goThrough<Place extends Setup>(fault: Fault<Place>, variant: Variant): Promise<Verdict> {
  const setup = await fault.start()
  const workers: Worker[] = []
  try {
    return await run(fault, { ...variant, losesEach: fault.losesEach }, setup, workers)
  } finally {
    await Promise.all(workers.map((worker) => worker.end()))
    await setup.stop()
  }
}

async function run<Place extends Setup>(
  { inflict, mayStayDown = false, durationMs = defaultDurationMs }: Fault<Place>,
  variant: Variant,
  setup: Place,
  workers: Worker[],
): Promise<Verdict> {
  const tokens = planTokens(durationMs, pairs)
  const launch = async (role: 'reader' | 'writer', site: Setup['writerSite']): Promise<Worker> => {
    const worker = await startWorker({ role, site, variant, plan: { tokens } })
    workers.push(worker)
    return worker
  }
  const [writer, ...readers] = await Promise.all([
    launch('writer', setup.writerSite),
    ...setup.readerSites.map((site) => launch('reader', site)),
  ])
  const each = <Answer>(order: string, value?: unknown): Promise<Answer[]> =>
    Promise.all(readers.map((reader) => reader.call<Answer>(order, value)))
  await eventually(async () => (await each<boolean>('isWarm')).every(Boolean), 'every reader answers locally', 15_000)

  let beforeLoss: readonly ReaderReport[] | undefined
  let lostAt: number | undefined
  const startAt = now()
  const revoked = writer.call('start', startAt)
  await each('start', startAt)
  await sleep(beforeFaultMs)
  const endedAt = await inflict(setup, {
    readers,
    losing: async () => {
      beforeLoss = await each<ReaderReport>('report')
      lostAt = now()
    },
  })
  const overAt = typeof endedAt === 'number' ? endedAt : now()
  await each('watch')
  const answeredAt = async (): Promise<number> =>
    Math.max(...(await each<number | undefined>('answeredAt')).map((at) => at ?? Infinity))
  const comesBack = async (): Promise<number | false> => {
    const at = await answeredAt()
    return Number.isFinite(at) && at
  }
  const recoveredAt = mayStayDown ? Infinity : await eventually(comesBack, 'every reader answers locally again', 15_000)
  await revoked
  // Every revoked token is checked for longer than the bound.
  await sleep(boundMs + marginMs)
  return judge({
    tokens,
    writer: await writer.call<WriterReport>('report'),
    readers: await each<ReaderReport>('report'),
    beforeLoss,
    overAt,
    lostAt,
    recoveredAt,
  })
}
