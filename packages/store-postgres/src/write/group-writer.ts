import { hasCode, PostgresError } from '../clients/postgres-error.ts'

/** A write that waits for its turn. */
interface Job<Item> {
  readonly items: readonly Item[]
  readonly resolve: () => void
  readonly reject: (cause: unknown) => void
  readonly deadline: number
}

/** Options for {@link createGroupWriter}. */
export interface GroupWriterOptions<Item> {
  /**
   * Writes items in one transaction or several. If it rejects, it may be called again with the same
   * items.
   */
  readonly write: (items: readonly Item[], lockMs: number) => Promise<void>
  /** The most items of one statement. */
  readonly maxItems: number
}

/**
 * How long a statement for several callers waits for a row that a transaction has changed, in ms.
 */
const sharedLockMs = 50

/** How long a caller waits for it, in ms. */
const patienceMs = 10_000

/**
 * Returns a function that writes. What is written while a statement is under way shares the next
 * one, and so a commit.
 *
 * A transaction of the application may hold a row for long. It delays those who write the same key,
 * and nobody else: they are written one by one, in turns, beside all others. What cannot be merged
 * into what its key holds, because that is corrupt, fails for those who write that key alone.
 */
export function createGroupWriter<Item>({
  write,
  maxItems,
}: GroupWriterOptions<Item>): (items: readonly Item[]) => Promise<void> {
  const queue: Job<Item>[] = []
  const locked: Job<Item>[] = []
  let isWriting = false
  let isWaiting = false

  function takeJobs(): readonly Job<Item>[] {
    let count = 0
    const end = queue.findIndex(({ items }) => {
      count += items.length
      return count > maxItems
    })
    return queue.splice(0, end === -1 ? queue.length : Math.max(end, 1))
  }

  async function writeQueue(): Promise<void> {
    if (isWriting) return
    isWriting = true
    while (queue.length > 0) await writeJobs(takeJobs())
    isWriting = false
  }

  async function writeJobs(jobs: readonly Job<Item>[]): Promise<void> {
    try {
      await write(
        jobs.flatMap(({ items }) => items),
        sharedLockMs,
      )
      for (const { resolve } of jobs) resolve()
    } catch (cause) {
      if (isLocked(cause)) {
        locked.push(...jobs)
        void writeLocked()
        return
      }
      // It is about the mark of one key, and not about the server.
      const isOfOne = jobs.length > 1 && !(cause instanceof PostgresError)
      if (isOfOne) for (const job of jobs) await writeJobs([job])
      else for (const { reject } of jobs) reject(cause)
    }
  }

  async function writeLocked(): Promise<void> {
    if (isWaiting) return
    isWaiting = true
    for (let job = locked.shift(); job !== undefined; job = locked.shift()) {
      try {
        await write(job.items, sharedLockMs)
        job.resolve()
      } catch (cause) {
        if (isLocked(cause) && performance.now() < job.deadline) locked.push(job)
        else job.reject(cause)
      }
    }
    isWaiting = false
  }

  return (items) =>
    new Promise((resolve, reject) => {
      queue.push({ items, resolve, reject, deadline: performance.now() + patienceMs })
      // Those of one turn of the event loop share the first statement already.
      setImmediate(() => void writeQueue())
    })
}

function isLocked(cause: unknown): boolean {
  return hasCode(cause, '55P03')
}
