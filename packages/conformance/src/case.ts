import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import type { RevocationStore } from '@revoked/core'

/** One promise of the contract, as plain data: hand `name` and `run` to any test runner. */
export interface ConformanceCase<Subject> {
  readonly name: string
  /** Rejects with an `AssertionError` where the store breaks the promise. */
  readonly run: (subject: Subject) => Promise<void>
}

/** A store with nothing recorded in it, opened for one case. */
export interface OpenStore<Store extends RevocationStore = RevocationStore> {
  readonly store: Store
  /** Another handle on the same data, as another process would hold it. Left out where there can be none. */
  readonly peer?: Store
  /** Called when the case is over. */
  readonly close?: () => Promise<void> | void
}

/** How the cases get at stores. */
export interface StoreSubject<Opened extends OpenStore = OpenStore> {
  /** A fresh store, in a key space of its own. */
  readonly open: () => Opened | Promise<Opened>
}

/** The clocks of the server of a store and of the suite may differ by this many ms. */
export const clockOffsetMs = 50

/** A case that opens its store, and closes it whatever happens. */
export function caseOver<Opened extends OpenStore>(
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

/** Resolves once the condition holds; rejects when it still does not after five seconds. */
export async function eventually(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + patienceMs
  while (!condition()) {
    if (Date.now() > deadline) assert.fail(`waited ${patienceMs} ms in vain: ${what}`)
    await delay(1)
  }
}
