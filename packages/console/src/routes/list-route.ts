import { assertPermitted } from '../access/access.ts'
import type { Settings } from '../console-options.ts'
import { readBody } from '../requests/read-body.ts'
import { readOptionalText, readReason, readSubjects } from '../requests/read-fields.ts'
import { revokeSubjects } from './revoke-subjects.ts'
import type { Route } from './routes.ts'

/**
 * Revokes up to 500 subjects, and takes their sessions off the list. The page sends a longer list
 * in parts. If a part fails, sending it again is safe.
 */
export function listRoute(settings: Settings): Route {
  return {
    method: 'POST',
    answer: async ({ request, access }) => {
      assertPermitted(access, 'admin')
      const fields = await readBody(request)
      const subjects = [...new Set(readSubjects(fields))]
      const list = { subjects, issuer: readOptionalText(fields, 'issuer'), reason: readReason(fields) }
      return await revokeSubjects(list, settings, access)
    },
  }
}
