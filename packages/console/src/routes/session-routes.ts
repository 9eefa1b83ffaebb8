import { assertPermitted } from '../access/access.ts'
import type { ConsoleSessions, Settings } from '../console-options.ts'
import { readBody } from '../requests/read-body.ts'
import { readReason, readText } from '../requests/read-fields.ts'
import { revokeSubjects } from './revoke-subjects.ts'
import type { Route } from './routes.ts'

/** Logs out one device. */
export function closeRoute(_settings: Settings, sessions: ConsoleSessions): Route {
  return {
    method: 'POST',
    answer: async ({ request, access }) => {
      assertPermitted(access, 'support')
      const fields = await readBody(request)
      const [subject, id] = [readText(fields, 'subject'), readText(fields, 'id')]
      const options = { reason: readReason(fields), actor: access.actor }
      return { wasOpen: await sessions.close(subject, id, options) }
    },
  }
}

/**
 * Logs out all devices of a subject: as a list of one, so that its tokens are refused even if the
 * sessions were created without the revocation.
 */
export function closeAllRoute(settings: Settings): Route {
  return {
    method: 'POST',
    answer: async ({ request, access }) => {
      assertPermitted(access, 'support')
      const fields = await readBody(request)
      const list = {
        subjects: [readText(fields, 'subject')],
        issuer: settings.sessionIssuer,
        reason: readReason(fields),
      }
      const { closed } = await revokeSubjects(list, settings, access)
      return { closed }
    },
  }
}
