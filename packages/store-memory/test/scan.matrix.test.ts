import { expect, test } from 'vitest'
import { scanWhileBusy } from './support/scan-while-busy.ts'

test('a scan of 1,000,000 marks lets the event loop turn, and yields each mark once', async () => {
  const { yieldedOnce, turns } = await scanWhileBusy(1_000_000)
  expect(yieldedOnce).toBe(1_000_000)
  expect(turns).toBeGreaterThanOrEqual(1_000)
}, 120_000)
