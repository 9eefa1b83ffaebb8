import { assertPermitted } from '../access/access.ts'
import { withTypedInput } from '../answers/error-answer.ts'
import type { ConsoleSessions, Settings } from '../console-options.ts'
import { readBody } from '../requests/read-body.ts'
import { readReason, readText } from '../requests/read-fields.ts'
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
      return { wasOpen: await withTypedInput(() => sessions.close(subject, id, options)) }
    },
  }
}

/** Logs out all devices of a subject. */
export function closeAllRoute({ revocation }: Settings, sessions: ConsoleSessions): Route {
  return {
    method: 'POST',
    answer: async ({ request, access }) => {
      assertPermitted(access, 'support')
      const fields = await readBody(request)
      const subject = readText(fields, 'subject')
      const options = { reason: readReason(fields), actor: access.actor }
      const { closed } = await withTypedInput(() => sessions.closeAll(subject, options))
      return { closed: closed.length, at: revocation.now() }
    },
  }
}
