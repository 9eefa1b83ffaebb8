import { type Key, type KeyedMark, type Mark, type RevocationStore, withDeadline } from '@revoked/core'

interface Waiting {
  readonly key: Key
  /** The monotonic instant after which nobody waits for it any more. */
  readonly until: number
  readonly resolve: (mark: Mark | undefined) => void
  readonly reject: (cause: unknown) => void
}

/**
 * Returns a function that reads a single key. Many keys share a call, because every key is missing
 * at once after a reset. It rejects after `timeoutMs`, which includes the wait for a call: if the
 * remote hangs, the caller must learn so before its own deadline.
 */
export function createRemoteReads(
  remote: Pick<RevocationStore, 'find'>,
  timeoutMs: number,
): (key: Key) => Promise<Mark | undefined> {
  let waiting: Waiting[] = []
  let isScheduled = false
  let underWay = 0

  function schedule(): void {
    if (isScheduled || waiting.length === 0 || underWay >= maxReads) return
    isScheduled = true
    // The call starts at the end of the turn, so that the keys of concurrent checks share it.
    queueMicrotask(() => {
      isScheduled = false
      const now = performance.now()
      const wanted = waiting.filter(({ until }) => until > now)
      const leaving = wanted.slice(0, maxKeys)
      waiting = wanted.slice(maxKeys)
      if (leaving.length === 0) return
      underWay++
      void read(leaving).finally(() => {
        underWay--
        schedule()
      })
      schedule()
    })
  }

  function late(): Error {
    return new Error(`The remote store did not answer within ${timeoutMs} ms.`)
  }

  async function read(leaving: readonly Waiting[]): Promise<void> {
    try {
      const found = await withDeadline(remote.find(leaving.map(({ key }) => key)), timeoutMs, late)
      const marks = new Map(found.map(({ key, mark }) => [nameOf(key), mark]))
      for (const { key, resolve } of leaving) resolve(marks.get(nameOf(key)))
    } catch (cause) {
      for (const { reject } of leaving) reject(cause)
    }
  }

  return (key) => {
    const answer = new Promise<Mark | undefined>((resolve, reject) => {
      waiting.push({ key, until: performance.now() + timeoutMs, resolve, reject })
      schedule()
    })
    return withDeadline(answer, timeoutMs, late)
  }
}

/**
 * The limit of concurrent calls of the remote's `find`. Further keys wait until a call ends, and
 * then share one.
 */
const maxReads = 16

/** The limit of keys in one call. */
const maxKeys = 1_000

/**
 * Returns a unique name of the key. Scopes may contain any character, so their length separates
 * them from the value.
 */
function nameOf({ scope, value }: KeyedMark['key']): string {
  return `${scope.length}:${scope}${value}`
}
