/** What happens to one token, in ms since the start. */
export interface Token {
  /** `-Infinity`: it is hot before the start. */
  readonly askFrom: number
  /** Never, without one. */
  readonly revokeAt?: number
}

/** Ms of the clock that all processes of this machine share. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

const idle = 40

/**
 * Tokens that are hot, and revoked one after the other; tokens that are asked for the first time as
 * they are revoked, so that reads race with revocations; and some that stay.
 */
export function planTokens(durationMs: number, pairs: number): readonly Token[] {
  const dueAt = (pair: number): number => (durationMs * pair) / pairs
  return [
    ...Array.from({ length: pairs }, (_, pair) => ({ askFrom: -Infinity, revokeAt: dueAt(pair) })),
    ...Array.from({ length: pairs }, (_, pair) => ({
      // Around the revocation, and as long before as a slow read is under way.
      askFrom: dueAt(pair) - 25 + Math.random() * 28,
      revokeAt: dueAt(pair),
    })),
    ...Array.from({ length: idle }, () => ({ askFrom: -Infinity })),
  ]
}
