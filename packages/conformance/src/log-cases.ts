import { concurrencyCases } from './log/concurrency-cases.ts'
import { entryCases } from './log/entry-cases.ts'
import { keyCases } from './log/key-cases.ts'
import type { LogCase } from './log/log-subject.ts'
import { pushCases } from './log/push-cases.ts'
import { readCases } from './log/read-cases.ts'
import { resetCases } from './log/reset-cases.ts'
import { scanCases } from './log/scan-cases.ts'

/**
 * The cases for every store whose change log can be read, beside those of a revocation store. A
 * store without a push calls `wake` at intervals.
 *
 * @example
 * ```ts
 * import { test } from 'node:test'
 * import { logCases } from '@revoked/conformance'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const openShort = () => ({ store: memoryStore({ logLength: 10 }), logLength: 10 })
 * for (const { name, run } of logCases) test(name, () => run({ open: () => ({ store: memoryStore() }), openShort }))
 * ```
 */
export const logCases: readonly LogCase[] = [
  ...readCases,
  ...concurrencyCases,
  ...resetCases,
  ...entryCases,
  ...keyCases,
  ...pushCases,
  ...scanCases,
]
