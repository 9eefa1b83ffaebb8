import type { SessionKey, SessionStore } from '@revoked/core/sessions'
import type { RedisPort } from '../clients/port.ts'
import { createBatcher } from '../marks/batch.ts'
import { CorruptSessionError } from './corrupt-session-error.ts'
import { createExpiryReader, type Expiry } from './read-expiries.ts'
import type { SessionKeySpace } from './session-keys.ts'
import { toStoredText } from './stored-session.ts'

interface Find {
  readonly wanted: readonly string[]
  readonly resolve: (expiries: readonly (number | undefined)[]) => void
  readonly reject: (cause: unknown) => void
}

/**
 * Returns the `find` of a session store. Those of one turn of the event loop share commands, each
 * for at most 32 of them. In a Cluster, each session has its own command.
 */
export function createSessionFinder(port: RedisPort, { ofSession }: SessionKeySpace): SessionStore['find'] {
  const read = createExpiryReader(port)
  const keyOf = ({ subject, id }: SessionKey): string => ofSession(subject, toStoredText(id))

  if (port.isCluster) return async (keys) => readable(await read(keys.map(keyOf)))
  const enqueue = createBatcher<Find>(async (finds) => {
    try {
      const expiries = await read(finds.flatMap(({ wanted }) => wanted))
      return () => settleAll(finds, expiries)
    } catch (cause) {
      return () => {
        for (const { reject } of finds) reject(cause)
      }
    }
  })
  return (keys) => {
    if (keys.length === 0) return []
    const wanted = keys.map(keyOf)
    return new Promise((resolve, reject) => enqueue({ wanted, resolve, reject }, keysOfCheck))
  }
}

/**
 * A find counts as much in a batch as the marks of the check that sends it, so that both are sent
 * after the same number of checks.
 */
const keysOfCheck = 4

function settleAll(finds: readonly Find[], expiries: readonly Expiry[]): void {
  let start = 0
  for (const { wanted, resolve, reject } of finds) {
    const end = start + wanted.length
    try {
      resolve(readable(expiries.slice(start, end)))
    } catch (cause) {
      reject(cause)
    }
    start = end
  }
}

/** @throws CorruptSessionError if a text was none. Only the find that asked for it fails. */
function readable(expiries: readonly Expiry[]): readonly (number | undefined)[] {
  if (expiries.every((expiry) => expiry !== null)) return expiries
  throw new CorruptSessionError()
}
