// @ts-check
import { collectGarbage } from '@revoked/testing/collect-garbage'

/**
 * Returns the memory that this process uses for JavaScript, without garbage: the heap, and typed
 * arrays, which are beside it.
 */
export function processBytes() {
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
