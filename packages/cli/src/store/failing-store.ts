import { type FollowableStore, isRestorable, type RestorableStore, withDeadline } from '@revoked/core'
import { CliError, isOfStore, unavailable } from '../errors.ts'

/** A page of a store takes some ms. Clients may wait for a server that hangs for ever. */
const deadlineMs = 30_000

/**
 * Returns a store whose failures are reported as those of a store, whatever it throws: one of the
 * configuration may be of any kind. Errors with a code of this library, and those of a wrong call,
 * stay as they are. A page that does not come in half a minute is a failure, too.
 */
export function withFailures(store: FollowableStore): FollowableStore {
  const calls: Partial<RestorableStore> = {
    read: (log, after) => answered(store.read(log, after)),
    scan: (log) => scanning(store.scan(log)),
    ...(isRestorable(store) && { restore: (log, marks) => answered(store.restore(log, marks)) }),
  }
  // A store may be an instance of a class, whose methods a copy would not have.
  return new Proxy(store, {
    get: (target, name) => {
      if (Object.hasOwn(calls, name)) return Reflect.get(calls, name)
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/**
 * Resolves to an answer of a store.
 *
 * @throws CliError (unavailable, rejects) if it does not come, and what the store throws otherwise.
 */
export async function answered<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await withDeadline(answer, deadlineMs, () => unavailable('The store did not answer within 30 seconds.'))
  } catch (error) {
    const isOfCaller = error instanceof CliError || error instanceof TypeError || error instanceof RangeError
    if (isOfCaller || isOfStore(error) || /^ERR_/.test(String(Object(error).code))) throw error
    throw unavailable('The store could not answer.', { cause: error })
  }
}

async function* scanning<Batch>(batches: AsyncIterable<Batch>): AsyncGenerator<Batch> {
  const iterator = batches[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await answered(iterator.next())
      if (next.done === true) return
      yield next.value
    }
  } finally {
    // One that hangs is not waited for.
    void iterator.return?.()?.catch(() => undefined)
  }
}
