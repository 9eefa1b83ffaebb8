import type { LayeredStatus } from '../../src/index.ts'
import type { Token } from './plan.ts'

/** The start of the last check of each token that let it pass, or 0. */
interface Passed {
  readonly locally: readonly number[]
  readonly remotely: readonly number[]
}

export interface ReaderReport {
  readonly passed: Passed
  readonly counts: { readonly local: number; readonly remote: number; readonly failed: number }
  readonly status?: LayeredStatus
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
  readonly recoveredMs: number
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
}

/** Returns the verdict on the reports of a trial. */
export function judge({ tokens, writer, readers, beforeLoss, recoveredMs }: Evidence): Verdict {
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
  const local = sum(({ counts }) => counts.local)
  const answers = local + sum(({ counts }) => counts.remote)
  return {
    longestMs: longest('locally'),
    longestRemoteMs: longest('remotely'),
    answers: local,
    localShare: answers === 0 ? 0 : local / answers,
    judged: acknowledged.length,
    lost: acknowledged.length - kept.size,
    gaps: sum(({ status }) => status?.gaps ?? 0),
    resets: sum(({ status }) => status?.resets ?? 0),
    recoveredMs,
  }
}
