import { setTimeout as delay } from 'node:timers/promises'
import { type AgreedSettings, mergeSettings, type RevocationStore, type SharedSettings } from '@revoked/core'
import { plainStore } from '@revoked/testing/plain-store'
import type { BrokenStore } from './break-store.ts'

/** A store whose `agree` is hand-made over a box that holds what is kept. */
function agreeing(
  agree: (
    box: { kept: SharedSettings | undefined },
    settings: SharedSettings,
  ) => AgreedSettings | Promise<AgreedSettings>,
): () => RevocationStore {
  return () => {
    const box: { kept: SharedSettings | undefined } = { kept: undefined }
    return { ...plainStore(), agree: async (settings) => await agree(box, settings) }
  }
}

/** Stores whose `agree` breaks the contract. */
export const brokenAgreements: readonly BrokenStore[] = [
  {
    bug: 'returns the settings that it is given',
    detectedBy: 'agrees on the larger durations and all claims, on every handle',
    open: agreeing((_, settings) => ({ ...settings, now: Date.now() })),
  },
  {
    bug: 'replaces what was agreed by the last settings, and fails to name a claim',
    detectedBy: 'agrees to what the first service asks for',
    open: agreeing((_, settings) => ({ ...settings, claims: settings.claims.slice(1), now: Date.now() })),
  },
  {
    bug: 'returns seconds for its clock',
    detectedBy: 'returns its clock in ms with what was agreed',
    open: agreeing((_, settings) => ({ ...settings, now: Math.floor(Date.now() / 1_000) })),
  },
  {
    bug: 'loses concurrent agreements: reads, waits, writes',
    detectedBy: 'loses none of many concurrent agreements',
    open: agreeing(async (box, settings) => {
      const before = box.kept
      await delay(0)
      box.kept = mergeSettings(before, settings, Date.now())
      return { ...box.kept, now: Date.now() }
    }),
  },
  {
    bug: 'keeps settings that it rejects',
    detectedBy: 'rejects settings that exclude what was agreed, and keeps the latter',
    open: agreeing((box, settings) => {
      const before = box.kept
      if (before !== undefined) box.kept = { ...before, claims: settings.claims }
      box.kept = mergeSettings(before, settings, Date.now())
      return { ...box.kept, now: Date.now() }
    }),
  },
  {
    bug: 'agrees to settings that exclude each other',
    detectedBy: 'rejects settings that exclude what was agreed, and keeps the latter',
    open: agreeing((box, settings) => {
      box.kept ??= settings
      return { ...box.kept, now: Date.now() }
    }),
  },
]
