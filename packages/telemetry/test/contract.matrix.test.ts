// The other contracts, some of whose cases take seconds.
import {
  auditCases,
  logCases,
  sessionCases,
  sessionTransactionCases,
  transactionAuditCases,
  transactionLogCases,
} from '@revoked/conformance'
import { describeCases } from '@revoked/testing/describe-cases'
import { openStore as open, openSessions, openShortLog, openShortTrail } from './support/observed-stores.ts'

describeCases('a change log', logCases, { open, openShort: openShortLog })
describeCases('an audit trail', auditCases, { open, openShort: openShortTrail })
describeCases('transactions of a store with a change log', transactionLogCases, { open })
describeCases('transactions of a store with an audit trail', transactionAuditCases, { open })
describeCases('a store of sessions', sessionCases, { open: openSessions })
describeCases('transactions of a store of sessions', sessionTransactionCases, { open: openSessions })
