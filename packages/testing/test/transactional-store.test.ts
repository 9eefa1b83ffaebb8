// The simulated transactions keep to the contract that the stores in SQL keep to.
import {
  sessionTransactionCases,
  storeCases,
  transactionAuditCases,
  transactionCases,
  transactionLogCases,
} from '@revoked/conformance'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { describeCases } from '@revoked/testing/describe-cases'
import { beginTransaction } from '@revoked/testing/simulated-transaction'
import { withSessionTransactions } from '@revoked/testing/transactional-sessions'
import { withTransactions } from '@revoked/testing/transactional-store'

const begin = () => {
  const transaction = beginTransaction()
  return { transaction, commit: transaction.commit, rollBack: transaction.rollBack }
}
const open = () => ({ store: withTransactions(memoryStore({ auditFor: '1h' })), begin })

describeCases('a store with transactions', storeCases, { open })
describeCases('transactions of a store', transactionCases, { open })
describeCases('transactions of a store with a change log', transactionLogCases, { open })
describeCases('transactions of a store with an audit trail', transactionAuditCases, { open })
describeCases('transactions of a store of sessions', sessionTransactionCases, {
  open: () => ({ store: withSessionTransactions(memorySessions(), memorySessions), begin }),
})
