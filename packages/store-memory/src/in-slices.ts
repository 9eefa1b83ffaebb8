// Every JavaScript runtime has it, but the library of the language does not declare it.
declare function setTimeout(callback: () => void, ms: number): unknown

/**
 * Runs the operation over slices of the items, with a turn of the event loop in between, and
 * returns all results in order. If all items fit into one slice, it runs before this function
 * returns.
 */
export async function inSlices<Item, Result>(
  items: readonly Item[],
  sliceSize: number,
  operation: (slice: readonly Item[]) => readonly Result[],
): Promise<readonly Result[]> {
  if (items.length <= sliceSize) return operation(items)
  const results: Result[] = []
  for (let start = 0; start < items.length; start += sliceSize) {
    if (start > 0) await turn()
    for (const result of operation(items.slice(start, start + sliceSize))) results.push(result)
  }
  return results
}

/** Resolves after a turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}
