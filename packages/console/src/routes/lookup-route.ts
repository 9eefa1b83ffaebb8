import type { Revocation, Target } from '@revoked/core'
import { withTypedInput } from '../answers/error-answer.ts'
import { withinTime } from '../answers/within-time.ts'
import type { ConsoleSession, Settings } from '../console-options.ts'
import { readBody } from '../requests/read-body.ts'
import { readTarget } from '../requests/read-fields.ts'
import { instantInJson } from './instant-in-json.ts'
import type { Route } from './routes.ts'

/**
 * Answers what is known of a target: whose it is, the open sessions of its subject, and the marks
 * on it.
 */
export function lookupRoute(settings: Settings): Route {
  const { revocation } = settings
  return {
    method: 'POST',
    answer: async ({ request }) => {
      const target = await withSubject(readTarget(await readBody(request)), settings)
      const [marks, sessions] = await Promise.all([
        withTypedInput(() => revocation.explain(target)),
        sessionsOf(target, settings),
      ])
      const shown = sessions?.map((session) => sessionInJson(session, settings)) ?? null
      return {
        at: revocation.now(),
        subject: subjectOf(target) ?? null,
        marks: marks.map(markInJson),
        sessions: shown,
      }
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

/** Adds the subject of a session, if the application knows it, and the person has not named it. */
async function withSubject(target: Target, settings: Settings): Promise<Target> {
  const { subjectOfSession } = settings
  const { session } = target
  if (session === undefined || target.ofSubject !== undefined || !isOfIssuer(target, settings)) return target
  const ofSubject = await withinTime(() => subjectOfSession?.(session), 'whose session it is')
  if (ofSubject === undefined) return target
  if (typeof ofSubject !== 'string' || ofSubject === '')
    throw new TypeError('subjectOfSession must return a subject, or undefined if it is not known.')
  return { ...target, ofSubject }
}

function subjectOf(target: Target): string | undefined {
  return target.subject ?? target.ofSubject
}

/** The sessions, and the ids of sessions, are those of one issuer. */
function isOfIssuer(target: Target, { sessionIssuer }: Settings): boolean {
  return sessionIssuer === undefined || target.issuer === sessionIssuer
}

async function sessionsOf(target: Target, settings: Settings): Promise<readonly ConsoleSession[] | null> {
  const { sessions } = settings
  const subject = subjectOf(target)
  if (sessions === undefined || subject === undefined || !isOfIssuer(target, settings)) return null
  const listed = await sessions.list(subject)
  return target.session === undefined ? listed : listed.filter(({ id }) => id === target.session)
}

function sessionInJson(session: ConsoleSession, { describeDevice }: Settings): unknown {
  const { id, openedAt, lastUsedAt, expiresAt, device } = session
  const { name, kind } = describeDevice(device)
  const known = kind === 'phone' || kind === 'computer' ? kind : null
  return { id, openedAt, lastUsedAt, expiresAt, device: { name: String(name), kind: known } }
}
