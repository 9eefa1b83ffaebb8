// Each case of transactions detects a store that is broken in that way.
import { AssertionError } from 'node:assert'
import {
  sessionTransactionCases,
  transactionAuditCases,
  transactionCases,
  transactionLogCases,
} from '@revoked/conformance'
import { describe, expect, test } from 'vitest'
import { openBroken, openBrokenSessions } from './support/broken-transactions.ts'
import { auditBreaks, logBreaks, markBreaks, sessionBreaks } from './support/transaction-breaks.ts'

interface Case<Subject> {
  readonly name: string
  readonly run: (subject: Subject) => Promise<void>
}

/** Registers a test for each case: that it detects its fault. */
function detect<Subject, Break>(
  title: string,
  cases: readonly Case<Subject>[],
  breaks: Readonly<Record<string, Break>>,
  open: (change: Break) => Subject,
): void {
  describe.concurrent(title, () => {
    for (const { name, run } of cases) {
      const change = breaks[name]
      if (change === undefined) continue
      test(`by "${name}"`, async ({ expect }) => {
        await expect(run(open(change))).rejects.toThrow(AssertionError)
      }, 10_000)
    }
  })
  test(`${title}: by every case`, () => {
    expect(Object.keys(breaks)).toEqual(cases.map(({ name }) => name))
  })
}

detect('broken transactions are detected', transactionCases, markBreaks, (change) => ({
  open: () => openBroken(change),
}))
detect('broken logs of transactions are detected', transactionLogCases, logBreaks, (change) => ({
  open: () => openBroken(change),
}))
detect('broken trails of transactions are detected', transactionAuditCases, auditBreaks, (change) => ({
  open: () => openBroken(change),
}))
detect('broken transactions of sessions are detected', sessionTransactionCases, sessionBreaks, (change) => ({
  open: () => openBrokenSessions(change),
}))
