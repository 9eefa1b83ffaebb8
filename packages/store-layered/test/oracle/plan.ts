/** The times of one token, in ms since the start. */
export interface Token {
  /** `-Infinity` for a token that is hot before the start. */
  readonly askFrom: number
  /** Absent for a token that is never revoked. */
  readonly revokeAt?: number
}

/** Returns the time in ms, from a clock that all processes of this machine share. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

const idle = 40

/**
 * Returns hot tokens that are revoked one after the other, tokens that are first checked while they
 * are revoked, so that reads race with revocations, and tokens that stay valid.
 */
export function planTokens(durationMs: number, pairs: number): readonly Token[] {
  const dueAt = (pair: number): number => (durationMs * pair) / pairs
  return [
    ...Array.from({ length: pairs }, (_, pair) => ({ askFrom: -Infinity, revokeAt: dueAt(pair) })),
    ...Array.from({ length: pairs }, (_, pair) => ({
      // The checks start around the revocation, and as long before it as a slow read takes.
      askFrom: dueAt(pair) - 25 + Math.random() * 28,
      revokeAt: dueAt(pair),
    })),
    ...Array.from({ length: idle }, () => ({ askFrom: -Infinity })),
  ]
}
