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
 * Returns a function whose calls in one turn of the event loop share a statement.
 *
 * @param run - Resolves to one result for each item, in order.
 */
export function batched<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
): (items: readonly Item[]) => Promise<readonly Result[]> {
  let waiting: Waiting<Item, Result>[] = []
  let count = 0

  function send(): void {
    const sent = waiting
    if (sent.length === 0) return
    waiting = []
    count = 0
    run(sent.flatMap(({ items }) => items)).then(
      (results) => {
        let start = 0
        for (const { items, resolve } of sent) {
          resolve(results.slice(start, start + items.length))
          start += items.length
        }
      },
      (cause: unknown) => {
        for (const { reject } of sent) reject(cause)
      },
    )
  }

  return (items) =>
    new Promise((resolve, reject) => {
      if (count === 0) setImmediate(send)
      waiting.push({ items, resolve, reject })
      count += items.length
      if (count >= fullBatch) send()
    })
}
