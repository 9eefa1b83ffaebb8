import { RevocationError } from '@revoked/core'
import { RequestError } from './request-error.ts'

/** What the page learns of a failure. */
export interface ErrorAnswer {
  readonly status: number
  readonly error: string
  readonly message: string
}

/**
 * Returns what the page learns of a failure. Messages of this library contain no id, so they are
 * shown; those of other errors are not.
 */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof RequestError) return { status: error.status, error: error.code, message: error.message }
  if (isOurs(error)) {
    const status = error.status === 503 ? 503 : 409
    return { status, error: error.code, message: status === 503 ? unavailable : error.message }
  }
  return { status: 500, error: 'failed', message: 'The server has made a mistake. Its operator can see which.' }
}

const unavailable = 'The store cannot be reached. Nothing is shown or done for certain: try again.'

/** Tells an error of this library, also of a duplicate install. */
function isOurs(error: unknown): error is RevocationError {
  if (error instanceof RevocationError) return true
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^ERR_[A-Z_]+$/.test(error.code) &&
    'status' in error
  )
}

/**
 * Calls a function of core with what a person has typed. A wrong argument is a mistake of that
 * person, and the message says which.
 *
 * @throws RequestError (400) instead of TypeError and RangeError.
 */
export async function withTypedInput<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError)
      throw new RequestError(400, 'invalid_request', error.message)
    throw error
  }
}
