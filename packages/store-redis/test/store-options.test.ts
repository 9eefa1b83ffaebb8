import { expect, test } from 'vitest'
import { readStoreOptions } from '../src/store-options.ts'

test('an option that is not known is refused, so that no misspelling stores plain ids', () => {
  const misspelt: object = { hashId: true }
  expect(() => readStoreOptions(misspelt)).toThrow('hashId is not an option')
})

test.each<readonly [object, string]>([
  [{ prefix: 'a b' }, 'prefix'],
  [{ prefix: '' }, 'prefix'],
  [{ partitions: 0 }, 'partitions'],
  [{ partitions: 1.5 }, 'partitions'],
  [{ hashIds: 'yes' }, 'hashIds'],
])('%j is refused by the name of the option', (options, name) => {
  expect(() => readStoreOptions(options)).toThrow(name)
})
