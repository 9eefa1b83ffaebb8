import { RequestError } from '../answers/request-error.ts'
import type { ChangeFeed } from '../live/change-feed.ts'
import type { Route } from './routes.ts'

/** How long a request waits for a change at most. Access is decided anew with the next one. */
const longestWaitMs = 20_000

/**
 * Answers what was revoked and reinstated since the last answer, and waits for it if asked to. The
 * client names where it is in the feed of each process that has answered it, because a balancer may
 * choose another one each time.
 */
export function changesRoute(feed: ChangeFeed): Route {
  return {
    method: 'GET',
    answer: async ({ request }) => {
      if (!feed.isSupported)
        throw new RequestError(404, 'no_live', 'The store has no change log, or its cache is idle at times.')
      const { searchParams } = new URL(request.url)
      const cursors = new Map((searchParams.get('after') ?? '').split(',').map((cursor) => splitCursor(cursor)))
      const wait = Number(searchParams.get('wait') ?? 0) * 1_000
      return await feed.read({
        after: cursors.get(feed.instance),
        state: searchParams.get('state') ?? undefined,
        waitMs: wait >= 0 ? Math.min(wait, longestWaitMs) : 0,
        signal: request.signal,
      })
    },
  }
}

function splitCursor(cursor: string): readonly [instance: string, sequence: number] {
  const [instance = '', sequence = ''] = cursor.split('.')
  return [instance, Number(sequence)]
}
