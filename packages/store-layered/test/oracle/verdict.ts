import type { LayeredStatus } from '../../src/index.ts'
import type { Token } from './plan.ts'

/** When the last check of each token began that let it pass, 0 for never. */
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
  /** The tokens that the server still has as revoked. */
  readonly kept: readonly number[]
}

export interface Evidence {
  readonly tokens: readonly Token[]
  readonly writer: WriterReport
  readonly readers: readonly ReaderReport[]
  /** What the readers had let pass before the server lost what it had. */
  readonly beforeLoss: readonly ReaderReport[] | undefined
  readonly recoveredMs: number
}

/** What came of one trial. */
export interface Verdict {
  /** The longest time by which a local "no" outlived the acknowledged revocation, in ms. */
  readonly longestMs: number
  /** The same of what the remote was asked for. */
  readonly longestRemoteMs: number
  readonly answers: number
  readonly localShare: number
  readonly judged: number
  readonly lost: number
  readonly gaps: number
  readonly resynchronisations: number
  readonly recoveredMs: number
}

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
        // What the server has lost is judged as long as it had it.
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
    resynchronisations: sum(({ status }) => status?.resynchronisations ?? 0),
    recoveredMs,
  }
}
