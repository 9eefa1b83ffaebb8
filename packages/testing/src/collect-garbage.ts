import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/**
 * Collects garbage, and returns when its memory is free. That takes two collections: a thread frees
 * the buffers that the first one found, and `process.memoryUsage()` counts them until it has done
 * so. The second one waits for it.
 */
export function collectGarbage(): void {
  collect()
  collect()
}
