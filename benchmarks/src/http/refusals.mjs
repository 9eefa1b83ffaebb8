// @ts-check

/** What the variants without our adapters answer: the same as our adapters. */
export const refusals = {
  missing: { error: 'token_required', error_description: 'A bearer token is required' },
  invalid: { error: 'invalid_token', error_description: 'The token is not valid' },
}

/** @param {string | undefined} header */
export function bearerOf(header) {
  return /^Bearer (.+)$/i.exec(header ?? '')?.[1]
}
