import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import type { RevocationStore } from '@revoked/core'

/**
 * A case of the contract, as plain data: give `name` and `run` to any test runner.
 *
 * @example
 * ```ts
 * import { test } from 'node:test'
 * import type { ConformanceCase } from '@revoked/conformance'
 *
 * function register<Subject>(cases: readonly ConformanceCase<Subject>[], subject: Subject): void {
 *   for (const { name, run } of cases) test(name, () => run(subject))
 * }
 * ```
 */
export interface ConformanceCase<Subject> {
  readonly name: string
  /** Rejects with an `AssertionError` if the store breaks the contract. */
  readonly run: (subject: Subject) => Promise<void>
}

/**
 * An empty store, opened for one case.
 *
 * @example
 * ```ts
 * import type { OpenStore } from '@revoked/conformance'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const open = (): OpenStore => ({ store: memoryStore(), close: () => console.log('removed its keys') })
 * ```
 */
export interface OpenStore<Store = RevocationStore> {
  readonly store: Store
  /** Another handle on the same data, as another process has it. Absent if there can be none. */
  readonly peer?: Store
  /** Called when the case is over. */
  readonly close?: () => Promise<void> | void
}

/**
 * Opens the stores that the cases run on.
 *
 * @example
 * ```ts
 * import { test } from 'node:test'
 * import { storeCases, type StoreSubject } from '@revoked/conformance'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const subject: StoreSubject = { open: () => ({ store: memoryStore() }) }
 * for (const { name, run } of storeCases) test(name, () => run(subject))
 * ```
 */
export interface StoreSubject<Opened extends OpenStore<unknown> = OpenStore> {
  /** Returns an empty store, in a separate key space. */
  readonly open: () => Opened | Promise<Opened>
}

/** The clocks of the server of a store and of the suite may differ by this many ms. */
export const clockOffsetMs = 50

/** Returns a case that opens its store, and closes it whatever happens. */
export function caseOver<Opened extends OpenStore<unknown>>(
  name: string,
  body: (opened: Opened) => Promise<void>,
): ConformanceCase<StoreSubject<Opened>> {
  return {
    name,
    run: async (subject) => {
      const opened = await subject.open()
      try {
        await body(opened)
      } finally {
        await opened.close?.()
      }
    },
  }
}

const patienceMs = 5_000

/** Resolves once the condition holds. Rejects if it does not within five seconds. */
export async function eventually(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + patienceMs
  while (!condition()) {
    if (Date.now() > deadline) assert.fail(`waited ${patienceMs} ms in vain: ${what}`)
    await delay(1)
  }
}
