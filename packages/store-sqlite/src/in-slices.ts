/**
 * Runs the operation over slices of the items, one after the other, and resolves to all results in
 * order.
 */
export async function inSlices<Item, Result>(
  items: readonly Item[],
  sliceSize: number,
  operation: (slice: readonly Item[]) => Promise<readonly Result[]>,
): Promise<readonly Result[]> {
  if (items.length <= sliceSize) return await operation(items)
  const results: Result[] = []
  for (let start = 0; start < items.length; start += sliceSize) {
    for (const result of await operation(items.slice(start, start + sliceSize))) results.push(result)
  }
  return results
}
