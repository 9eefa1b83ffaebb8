// @ts-check

/**
 * Creates a function that draws ranks from 0 by Zipf's law: the second half as often as the first,
 * the third a third as often.
 *
 * @param {number} count
 * @returns {() => number}
 */
export function createZipf(count) {
  const upTo = new Float64Array(count)
  let sum = 0
  for (let rank = 0; rank < count; rank++) {
    sum += 1 / (rank + 1)
    upTo[rank] = sum
  }
  return () => {
    const drawn = Math.random() * sum
    let low = 0
    let high = count - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((upTo[middle] ?? 0) < drawn) low = middle + 1
      else high = middle
    }
    return low
  }
}
