import type { RevocationStore } from '@revoked/core'
import { plainStore } from '@revoked/testing/plain-store'
import { startMs } from './claims.ts'

/** What stores fail with here. It names a host and a key, as the errors of clients do. */
export const storeError = new Error('ECONNREFUSED redis://:hunter2@10.0.0.7:6379 revoked:{sub:alice}')

/**
 * Returns a store with one broken method, at the start of the virtual clock. Its result may have
 * any type, as in plain JavaScript.
 */
export function storeWith(method: keyof RevocationStore, answer: () => unknown): RevocationStore {
  return { ...plainStore({ now: () => startMs }), [method]: answer }
}

/** Every way in which a find can fail to answer, but for hanging. */
export const brokenAnswers: readonly (readonly [title: string, answer: () => unknown])[] = [
  ['rejects', () => Promise.reject(storeError)],
  [
    'throws',
    () => {
      throw storeError
    },
  ],
  ['answers undefined', () => undefined],
  ['answers null', () => null],
  ['answers an object', () => ({})],
  ['answers false', () => false],
  ['answers an array of nothing', () => [undefined]],
  ['answers a promise of an array of objects', async () => [{}]],
  ['answers a promise of undefined', async () => undefined],
  ['answers a promise of an object', async () => ({ length: 0 })],
]

export const hanging = (): Promise<never> => new Promise(() => {})
