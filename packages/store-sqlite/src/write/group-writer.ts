import { isInTransaction, type SqliteDatabase } from '../connection/sqlite-database.ts'
import { isBusy } from '../connection/sqlite-error.ts'

/** Runs writes in transactions, several at a time. */
export interface GroupWriter<Transaction> {
  /**
   * Runs the operation in a transaction, and resolves to its result once that is committed. If the
   * operation throws, what it wrote is taken back, and nothing else.
   *
   * @throws Error (rejects) if the lock of writers was not free in time, or with what SQLite failed
   *   with.
   */
  readonly write: <Result>(operation: (transaction: Transaction) => Result) => Promise<Result>
  /** Rejects what waits, and every later write. */
  readonly close: () => void
}

/** What a transaction is to the writer. */
export interface Joinable {
  /** Notes where the next operation begins. Returns what takes it back. */
  readonly beginOperation: () => () => void
  /** Called before the commit. */
  readonly end: () => void
  /** Called after the commit, before the operations are answered. Must not throw. */
  readonly committed: () => void
}

/** Options for {@link createGroupWriter}. */
export interface GroupWriterOptions<Transaction> {
  /** Returns the connection, as it is now. @throws Error if it is closed, or its file gone. */
  readonly database: () => SqliteDatabase
  /** Called at the begin of a transaction. */
  readonly open: () => Transaction & Joinable
  /** How long a write waits for the lock of writers, in ms. */
  readonly waitMs: number
}

interface Job<Transaction> {
  readonly run: (transaction: Transaction) => void
  /** Settles the promise of the job: with its result, or the error. */
  readonly settle: (failure?: unknown) => void
  readonly deadline: number
}

/** The time after which a transaction takes no more operations, in ms. */
const sliceMs = 5

/**
 * Returns a writer. The writes of one turn of the event loop share a transaction, because the disk
 * is awaited once for each commit. SQLite waits for a lock by blocking the thread, so it waits for
 * a few ms only, and the writer tries again later.
 */
export function createGroupWriter<Transaction>(options: GroupWriterOptions<Transaction>): GroupWriter<Transaction> {
  const { waitMs } = options
  let queue: Job<Transaction>[] = []
  let isScheduled = false
  let isClosed = false

  function schedule(ms: number): void {
    if (isScheduled || queue.length === 0) return
    isScheduled = true
    const run = (): void => {
      isScheduled = false
      flush()
    }
    if (ms === 0) setImmediate(run)
    else setTimeout(run, ms)
  }

  function flush(): void {
    const taken: Job<Transaction>[] = []
    try {
      commitJobs(options, queue, taken)
    } catch (error) {
      if (isBusy(error) && taken.length === 0) {
        rejectLate(error)
        schedule(1 + Math.random() * 5)
        return
      }
      // Without a transaction, what waits would fail in the same way.
      const failed = taken.length === 0 ? queue.splice(0) : taken
      for (const { settle } of failed) settle(error)
    }
    schedule(0)
  }

  function rejectLate(cause: unknown): void {
    const now = performance.now()
    const late = queue.filter(({ deadline }) => deadline <= now)
    queue = queue.filter(({ deadline }) => deadline > now)
    const message = `Another connection kept the lock of writers for longer than busyTimeout, ${waitMs} ms.`
    for (const { settle } of late) settle(new Error(message, { cause }))
  }

  return {
    write: (operation) =>
      new Promise((resolve, reject) => {
        if (isClosed) throw closed()
        queue.push(createJob(operation, { resolve, reject, waitMs }))
        schedule(0)
      }),
    close: () => {
      isClosed = true
      for (const { settle } of queue.splice(0)) settle(closed())
    },
  }
}

/**
 * Commits as many jobs as fit into a slice, and settles them. Jobs leave the queue for `taken` when
 * they have run: if this throws, none of these is stored.
 */
function commitJobs<Transaction>(
  { database: connection, open }: GroupWriterOptions<Transaction>,
  queue: Job<Transaction>[],
  taken: Job<Transaction>[],
): void {
  const database = connection()
  database.exec('BEGIN IMMEDIATE')
  const failures = new Map<Job<Transaction>, unknown>()
  let transaction: Transaction & Joinable
  try {
    transaction = open()
    const end = performance.now() + sliceMs
    for (let job = queue.shift(); job !== undefined; job = performance.now() < end ? queue.shift() : undefined) {
      taken.push(job)
      runJob(database, transaction, job, failures)
    }
    transaction.end()
    database.exec('COMMIT')
  } catch (error) {
    // SQLite has ended the transaction by itself after some failures, such as a full disk.
    if (isInTransaction(database)) database.exec('ROLLBACK')
    throw error
  }
  transaction.committed()
  for (const job of taken) {
    if (failures.has(job)) job.settle(failures.get(job))
    else job.settle()
  }
}

function runJob<Transaction>(
  database: SqliteDatabase,
  transaction: Transaction & Joinable,
  job: Job<Transaction>,
  failures: Map<Job<Transaction>, unknown>,
): void {
  const takeBack = transaction.beginOperation()
  database.exec('SAVEPOINT revoked_operation')
  try {
    job.run(transaction)
    database.exec('RELEASE revoked_operation')
  } catch (error) {
    if (!isInTransaction(database)) throw error
    database.exec('ROLLBACK TO revoked_operation; RELEASE revoked_operation')
    takeBack()
    failures.set(job, error)
  }
}

function createJob<Transaction, Result>(
  operation: (transaction: Transaction) => Result,
  {
    resolve,
    reject,
    waitMs,
  }: {
    readonly resolve: (result: Result) => void
    readonly reject: (failure: unknown) => void
    readonly waitMs: number
  },
): Job<Transaction> {
  let result: Result
  return {
    run: (transaction) => {
      result = operation(transaction)
    },
    // A failure is never undefined: drivers throw errors.
    settle: (failure) => (failure === undefined ? resolve(result) : reject(failure)),
    deadline: performance.now() + waitMs,
  }
}

function closed(): Error {
  return new Error('The store is closed.')
}
