import { failureCases, storeCases } from '@revoked/conformance'
import { describe, expect, test } from 'vitest'
import { type Backend, memoryBackend } from '../src/backend.ts'
import { templateStore } from '../src/template-store.ts'

/** Opens a store, and another one over the same database, as another process has it. */
function open(change: (backend: Backend) => Backend = (backend) => backend) {
  const backend = memoryBackend()
  const changed = change(backend)
  return { store: templateStore(changed), peer: templateStore(changed), breakDown: backend.stop }
}

describe('the template keeps the contract', () => {
  for (const { name, run } of storeCases) test(name, () => run({ open: () => open() }))
})

describe('the template over a database that stops', () => {
  for (const { name, run } of failureCases) test(name, () => run({ open: () => open() }))
})

test('a database that sets without comparing fails a case', async () => {
  const careless = (backend: Backend): Backend => ({
    ...backend,
    compareAndSet: async (address, change) => {
      for (;;) {
        const [expected] = await backend.get([address])
        if (await backend.compareAndSet(address, { ...change, expected })) return true
      }
    },
  })
  const results = await Promise.allSettled(storeCases.map(({ run }) => run({ open: () => open(careless) })))
  expect(results.some(({ status }) => status === 'rejected')).toBe(true)
})
