import { expect, test } from 'vitest'
import { entriesOfRun } from '../src/entries-of-run.ts'

test('two runs share the entries of a matrix, and a third one has all of them', () => {
  const entries = ['ioredis 6', 'node-redis 6', 'ioredis 5', 'node-redis 5']
  expect(entriesOfRun(entries, 2, 'main')).toEqual(['ioredis 6', 'node-redis 6'])
  expect(entriesOfRun(entries, 2, 'matrix')).toEqual(['ioredis 5', 'node-redis 5'])
  expect(entriesOfRun(entries, 2, 'all')).toEqual(entries)
})
