/** A batch that fails rejects the calls that share it. */
interface Waiting<Item, Result> {
  readonly items: readonly Item[]
  readonly resolve: (results: readonly Result[]) => void
  readonly reject: (cause: unknown) => void
}

/**
 * The number of items at which a batch is sent at once, so that the server works on it while the
 * next one fills.
 */
const fullBatch = 256

/**
 * Returns a function whose concurrent calls share statements: those of one turn of the event loop,
 * or of one tick while no statement is on its way, so that a single caller does not wait.
 *
 * @param run - Resolves to one result for each item, in order.
 */
export function batched<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
): (items: readonly Item[]) => Promise<readonly Result[]> {
  let waiting: Waiting<Item, Result>[] = []
  let count = 0
  let inFlight = 0

  async function send(): Promise<void> {
    const sent = waiting
    if (sent.length === 0) return
    waiting = []
    count = 0
    const results = await answersTo(sent)
    if (results === undefined) return
    let start = 0
    for (const { items, resolve } of sent) {
      resolve(results.slice(start, start + items.length))
      start += items.length
    }
  }

  /** Returns the results, or rejects all calls and returns `undefined`. */
  async function answersTo(sent: readonly Waiting<Item, Result>[]): Promise<readonly Result[] | undefined> {
    inFlight++
    try {
      return await run(sent.flatMap(({ items }) => items))
    } catch (cause) {
      for (const { reject } of sent) reject(cause)
      return undefined
    } finally {
      // Before a settled caller adds an item.
      inFlight--
    }
  }

  function sendSoon(): void {
    if (inFlight === 0) process.nextTick(send)
    else setImmediate(send)
  }

  return (items) =>
    new Promise((resolve, reject) => {
      if (count === 0) sendSoon()
      waiting.push({ items, resolve, reject })
      count += items.length
      if (count >= fullBatch) void send()
    })
}
