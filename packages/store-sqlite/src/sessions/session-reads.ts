import type { SessionStore } from '@revoked/core/sessions'
import type { Row } from '../connection/mark-statements.ts'
import { toStored } from '../connection/text.ts'
import type { SessionStatements } from './session-statements.ts'
import { sessionIn } from './stored-session.ts'

/** Options for {@link createSessionReads}. */
export interface SessionReadsOptions {
  /** @throws Error if they cannot be used now. */
  readonly statements: () => SessionStatements
  readonly nameOf: (subject: string) => string
  readonly now: () => number
}

/** Returns the methods of a store of sessions that only read. */
export function createSessionReads({
  statements,
  nameOf,
  now,
}: SessionReadsOptions): Pick<SessionStore, 'find' | 'list' | 'get' | 'count'> {
  return {
    find: (keys, at = now()) => {
      const { expiryOf } = statements()
      return keys.map(({ subject, id }) => {
        const row = expiryOf.get(nameOf(subject), at, toStored(id)) as Row<'expires_at'> | undefined
        return row && Number(row.expires_at)
      })
    },
    list: async (subject) => {
      const rows = statements().list.all(nameOf(subject), now())
      return rows.map((row) => sessionIn(row, subject))
    },
    get: async ({ subject, id }) => {
      const row = statements().get.get(nameOf(subject), now(), toStored(id))
      return row === undefined ? undefined : sessionIn(row, subject)
    },
    count: async (subject) => {
      const { count } = statements().count.get(nameOf(subject), now()) as Row<'count'>
      return Number(count)
    },
  }
}
