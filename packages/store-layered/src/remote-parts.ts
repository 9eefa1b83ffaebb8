import {
  type AuditedStore,
  type FollowableStore,
  isAudited,
  isTransactional,
  type TransactionalStore,
} from '@revoked/core'

/** What a store in front of a remote one offers if the remote does. */
export type RemoteParts = Partial<Pick<AuditedStore, 'audit'> & Pick<TransactionalStore<unknown>, 'within'>>

/**
 * Returns what the remote does by itself. Writes within a transaction pass the cache by: nobody
 * may see them before the commit, and the change log delivers them after it.
 */
export function remoteParts(remote: FollowableStore): RemoteParts {
  return {
    ...(isAudited(remote) && { audit: remote.audit }),
    ...(isTransactional(remote) && { within: (transaction: unknown) => remote.within(transaction) }),
  }
}
