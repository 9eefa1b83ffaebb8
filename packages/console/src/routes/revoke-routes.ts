import type { Target } from '@revoked/core'
import { assertPermitted, type ConsoleAccess } from '../access/access.ts'
import { withTypedInput } from '../answers/error-answer.ts'
import { RequestError } from '../answers/request-error.ts'
import type { Settings } from '../console-options.ts'
import { type Fields, readBody } from '../requests/read-body.ts'
import { neededRole, readReason, readTarget } from '../requests/read-fields.ts'
import type { Route } from './routes.ts'

/** Revokes one target, with a reason. */
export function revokeRoute({ revocation }: Settings): Route {
  return {
    method: 'POST',
    answer: async ({ request, access }) => {
      const { target, reason } = readChange(await readBody(request), access)
      const result = await withTypedInput(() => revocation.revoke(target, { reason, actor: access.actor }))
      return { changed: result.changed, expiresAt: result.expiresAt }
    },
  }
}

/** Reinstates one target, with a reason. */
export function reinstateRoute({ revocation }: Settings): Route {
  return {
    method: 'POST',
    answer: async ({ request, access }) => {
      const { target, reason } = readChange(await readBody(request), access)
      await withTypedInput(() => revocation.reinstate(target, { reason, actor: access.actor }))
      return {}
    },
  }
}

/** @throws RequestError (400 or 403). */
function readChange(fields: Fields, access: ConsoleAccess): { readonly target: Target; readonly reason: string } {
  const target = readTarget(fields)
  assertPermitted(access, neededRole(target))
  if (target.everything !== undefined && fields['confirm'] !== 'everything')
    throw new RequestError(400, 'unconfirmed', 'Confirm it: type the word everything.')
  return { target, reason: readReason(fields) }
}
