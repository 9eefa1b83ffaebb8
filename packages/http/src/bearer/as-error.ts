/**
 * Returns what was thrown, or an error in its place if it is no object: frameworks go on with the
 * request if they are given `undefined`, and Express skips a guard if it is given `'route'`.
 */
export function asError(thrown: unknown): object {
  if (typeof thrown === 'object' && thrown !== null) return thrown
  return new TypeError('A function of the application threw what is no error; see cause.', { cause: thrown })
}
