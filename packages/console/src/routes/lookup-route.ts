import type { Revocation, Target } from '@revoked/core'
import { withTypedInput } from '../answers/error-answer.ts'
import type { ConsoleSession, Settings } from '../console-options.ts'
import { readBody } from '../requests/read-body.ts'
import { readTarget } from '../requests/read-fields.ts'
import { instantInJson } from './instant-in-json.ts'
import type { Route } from './routes.ts'

/** Answers what is known of a target: the open sessions of its subject, and the marks on it. */
export function lookupRoute(settings: Settings): Route {
  const { revocation } = settings
  return {
    method: 'POST',
    answer: async ({ request }) => {
      const target = readTarget(await readBody(request))
      const [marks, sessions] = await withTypedInput(() =>
        Promise.all([revocation.explain(target), sessionsOf(target, settings)]),
      )
      // Outside: what describeDevice throws is not a mistake of the person at the page.
      const shown = sessions?.map((session) => sessionInJson(session, settings)) ?? null
      return { at: revocation.now(), marks: marks.map(markInJson), sessions: shown }
    },
  }
}

/** A mark as `explain` of core returns it. */
export type Explained = Awaited<ReturnType<Revocation['explain']>>[number]

/** Returns a mark as JSON can write it. */
export function markInJson({ cutoff, refreshBefore, ...mark }: Explained): unknown {
  return {
    ...mark,
    cutoff: instantInJson(cutoff),
    ...(refreshBefore !== undefined && { refreshBefore: instantInJson(refreshBefore) }),
  }
}

async function sessionsOf(target: Target, settings: Settings): Promise<readonly ConsoleSession[] | null> {
  const { sessions, sessionIssuer } = settings
  const subject = target.subject ?? target.ofSubject
  if (sessions === undefined || subject === undefined) return null
  // The sessions are those of one issuer.
  if (sessionIssuer !== undefined && target.issuer !== sessionIssuer) return null
  const listed = await sessions.list(subject)
  return target.session === undefined ? listed : listed.filter(({ id }) => id === target.session)
}

function sessionInJson(session: ConsoleSession, { describeDevice }: Settings): unknown {
  const { id, openedAt, lastUsedAt, expiresAt, device } = session
  const { name, kind } = describeDevice(device)
  const known = kind === 'phone' || kind === 'computer' ? kind : null
  return { id, openedAt, lastUsedAt, expiresAt, device: { name: String(name), kind: known } }
}
