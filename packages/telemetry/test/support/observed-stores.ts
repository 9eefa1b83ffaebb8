import { memorySessions, memoryStore } from '@revoked/store-memory'
import { beginTransaction } from '@revoked/testing/simulated-transaction'
import { withSessionTransactions } from '@revoked/testing/transactional-sessions'
import { withTransactions } from '@revoked/testing/transactional-store'
import { observedSessionStore, observedStore } from '../../src/index.ts'
import { startSdk } from './start-sdk.ts'

const { into } = startSdk()

function begin() {
  const transaction = beginTransaction()
  return { transaction, commit: transaction.commit, rollBack: transaction.rollBack }
}

/** Opens an observed store that can do everything, as subjects of the conformance cases. */
export const openStore = () => ({
  store: observedStore(withTransactions(memoryStore({ auditFor: '1h' })), into),
  begin,
})

/** Opens one whose change log is short. */
export const openShortLog = () => ({ store: observedStore(memoryStore({ logLength: 10 }), into), logLength: 10 })

/** Opens one whose audit trail is short. */
export const openShortTrail = () => ({
  store: observedStore(memoryStore({ auditFor: '500ms' }), into),
  auditForMs: 500,
})

/** Opens an observed store of sessions. */
export const openSessions = () => ({
  store: observedSessionStore(withSessionTransactions(memorySessions(), memorySessions), into),
  begin,
})
