import type { SessionKey, SessionStore } from '@revoked/core/sessions'
import { storableName } from '../marks/stored-key.ts'
import type { DatabaseFunctions } from '../schema/functions.ts'
import { type SessionJson, sessionIn } from './stored-session.ts'

/** What reads and writes of sessions need. */
export interface SessionAccess {
  readonly functions: DatabaseFunctions
  /** Returns the subject as it is stored. */
  readonly nameOf: (subject: string) => string
}

/** Returns the methods of a store of sessions that only read, apart from `find`. */
export function createSessionReads({ functions, nameOf }: SessionAccess): Pick<SessionStore, 'list' | 'get' | 'count'> {
  const list = async (subject: string, id: string | null): Promise<readonly SessionJson[]> =>
    (await functions.read('list_sessions', nameOf(subject), id)) as readonly SessionJson[]
  return {
    list: async (subject) => (await list(subject, null)).map((found) => sessionIn(found, subject)),
    get: async ({ subject, id }) => {
      const [found] = await list(subject, storableName(id))
      return found === undefined ? undefined : sessionIn(found, subject)
    },
    count: async (subject) => Number(await functions.call('count_sessions', nameOf(subject))),
  }
}

/** Finds when sessions expire, by one statement. */
export async function findSessions(
  { functions, nameOf }: SessionAccess,
  keys: readonly SessionKey[],
): Promise<readonly (number | undefined)[]> {
  if (keys.length === 0) return []
  const named = keys.map(({ subject, id }) => [nameOf(subject), storableName(id)])
  const expiries = (await functions.read('find_sessions', JSON.stringify(named))) as readonly (number | null)[]
  return expiries.map((expiry) => expiry ?? undefined)
}
