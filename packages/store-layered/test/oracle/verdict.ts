import type { Token } from './plan.ts'

/** The start of the last check of each token that let it pass, or 0. */
interface Passed {
  readonly locally: readonly number[]
  readonly remotely: readonly number[]
}

export interface ReaderReport {
  readonly passed: Passed
  readonly counts: { readonly local: number; readonly remote: number; readonly failed: number }
  /** When the remote was asked for tokens that had been answered locally before, and answered. */
  readonly askedAgainAt: readonly number[]
  /** The time that the slowest question to the remote took, in ms. */
  readonly longestAskMs: number
  readonly gaps: number
  readonly resets: number
}

export interface WriterReport {
  readonly acknowledged: readonly (number | undefined)[]
  /** Tokens that are still revoked on the server. */
  readonly kept: readonly number[]
}

export interface Evidence {
  readonly tokens: readonly Token[]
  readonly writer: WriterReport
  readonly readers: readonly ReaderReport[]
  /** Reports of the readers from before the server lost its data. */
  readonly beforeLoss: readonly ReaderReport[] | undefined
  /** The end of the fault. */
  readonly overAt: number
  /** When the server was about to lose data. */
  readonly lostAt: number | undefined
  /** When all readers answered locally again, or `Infinity`. */
  readonly recoveredAt: number
}

/** The result of one trial. */
export interface Verdict {
  /** The longest time by which a local "no" outlived the acknowledged revocation, in ms. */
  readonly longestMs: number
  /** The longest time by which a "no" of the remote outlived the acknowledged revocation, in ms. */
  readonly longestRemoteMs: number
  readonly answers: number
  readonly localShare: number
  readonly judged: number
  readonly lost: number
  readonly gaps: number
  readonly resets: number
  readonly recoveredMs: number
  /**
   * The look-ups that the remote answered, of tokens that had been answered locally before: after
   * the fault, or after the loss of data.
   */
  readonly askedAgain: number
  /** The time that the slowest question to the remote took, in ms. */
  readonly longestAskMs: number
}

/** Returns the verdict on the reports of a trial. */
export function judge({ tokens, writer, readers, beforeLoss, overAt, lostAt, recoveredAt }: Evidence): Verdict {
  const kept = new Set(writer.kept)
  const acknowledged = tokens.flatMap((_, token) => {
    const at = writer.acknowledged[token]
    return at === undefined ? [] : [{ token, at }]
  })
  const longest = (where: keyof Passed): number =>
    Math.max(
      0,
      ...acknowledged.flatMap(({ token, at }) =>
        // A lost revocation is judged until its loss.
        (kept.has(token) ? readers : (beforeLoss ?? [])).map(({ passed }) => (passed[where][token] ?? 0) - at),
      ),
    )
  const sum = (of: (reader: ReaderReport) => number): number => readers.reduce((total, reader) => total + of(reader), 0)
  const lost = acknowledged.length - kept.size
  const since = lost > 0 ? (lostAt ?? overAt) : overAt
  const local = sum(({ counts }) => counts.local)
  const answers = local + sum(({ counts }) => counts.remote)
  return {
    longestMs: longest('locally'),
    longestRemoteMs: longest('remotely'),
    answers: local,
    localShare: answers === 0 ? 0 : local / answers,
    judged: acknowledged.length,
    lost,
    gaps: sum((reader) => reader.gaps),
    resets: sum((reader) => reader.resets),
    recoveredMs: recoveredAt - overAt,
    askedAgain: sum(({ askedAgainAt }) => askedAgainAt.filter((at) => at >= since).length),
    longestAskMs: Math.max(...readers.map((reader) => reader.longestAskMs)),
  }
}
