import { decodeMark, decodeSettings, encodeMark, encodeSettings, type Mark, type SharedSettings } from '@revoked/core'
import { CliError, misuse } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { escapeControls } from '../output/printable.ts'
import type { Naming } from './naming.ts'

/** The first line of an export: which store it is of. */
export interface ExportHeader {
  /** A random name, by which an import knows the export again. */
  readonly id: string
  readonly exportedAt: number
  readonly naming: Naming
  /** What the services of the store have agreed on, if it is known. */
  readonly settings: SharedSettings | undefined
}

/** A line of an export: a live mark, under the names that the store gave. */
export interface ExportedMark {
  readonly log: number
  readonly scope: string
  readonly value: string
  /** Whether the key is a digest. Others are the ids themselves. */
  readonly isDigest: boolean
  /** The ids in the mark that are digests, as the mark has them. */
  readonly digestIds: readonly string[]
  readonly mark: Mark
}

/** The last line of an export. An export without it was cut off. */
export interface ExportEnd {
  readonly marks: number
  /** The number of marks that have digests. */
  readonly digests: number
}

const format = 'revoked-marks'
const version = 1

/** Returns the line of a header. */
export function headerLine({ id, exportedAt, naming, settings }: ExportHeader): string {
  const kept = settings && JSON.parse(encodeSettings(settings))
  return JSON.stringify({ format, version, id, exportedAt: new Date(exportedAt).toISOString(), naming, settings: kept })
}

/** Returns the line of a mark. Fields that are not needed are left out. */
export function markLine({ log, scope, value, isDigest, digestIds, mark }: ExportedMark): string {
  const head = JSON.stringify({
    ...(log > 0 && { log }),
    scope,
    value,
    ...(isDigest && { digest: true }),
    ...(digestIds.length > 0 && { digestIds }),
  })
  return escapeControls(`${head.slice(0, -1)},"mark":${encodeMark(mark)}}`)
}

/** Returns the last line. */
export function endLine({ marks, digests }: ExportEnd): string {
  return JSON.stringify({ end: true, marks, digests })
}

/** @throws CliError (misuse) if the line is no header of this version. It quotes nothing. */
export function readHeader(line: string | undefined): ExportHeader {
  const { format: found, version: foundVersion, id, exportedAt, naming, settings } = parsed(line ?? '', 1)
  if (found !== format) throw misuse('The input is no export: its first line is not that of `revoked export`.')
  if (foundVersion !== version)
    throw misuse('The export was written by a newer version of this command: update @revoked/cli.')
  const { short, odd, logs, spread } = Object(naming)
  const isNaming =
    typeof short === 'string' && typeof odd === 'string' && Number.isSafeInteger(logs) && Array.isArray(spread)
  if (typeof id !== 'string' || !isNaming) throw damaged(1)
  return {
    id,
    exportedAt: Date.parse(String(exportedAt)),
    naming: { short, odd, logs, spread },
    settings: settings === undefined ? undefined : decodeSettings(JSON.stringify(settings)),
  }
}

/**
 * Reads a line after the first one.
 *
 * @throws CliError (failed) with the number of the line. It quotes nothing.
 */
export function readLine(line: string, lineNumber: number): ExportedMark | ExportEnd {
  const { end, marks, digests, log = 0, scope, value, digest = false, digestIds = [], mark } = parsed(line, lineNumber)
  if (end === true) return { marks: Number(marks), digests: Number(digests) }
  if (typeof scope !== 'string' || typeof value !== 'string' || !Array.isArray(digestIds) || !Array.isArray(mark))
    throw damaged(lineNumber)
  if (!Number.isSafeInteger(log) || typeof digest !== 'boolean') throw damaged(lineNumber)
  try {
    const decoded = decodeMark(JSON.stringify(mark))
    return { log: Number(log), scope, value, isDigest: digest, digestIds: digestIds.map(String), mark: decoded }
  } catch (cause) {
    throw new CliError(damaged(lineNumber).message, exitCode.failed, { cause })
  }
}

/** Returns whether a line is the last one. */
export function isEnd(line: ExportedMark | ExportEnd): line is ExportEnd {
  return 'marks' in line
}

function parsed(line: string, lineNumber: number): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>
  } catch {
    // A SyntaxError quotes the line.
  }
  if (lineNumber === 1) throw misuse('The input is no export: its first line is not that of `revoked export`.')
  throw damaged(lineNumber)
}

function damaged(lineNumber: number): CliError {
  return new CliError(
    `Line ${lineNumber} of the export is damaged. What precedes it may have been imported; importing it again does no harm.`,
    exitCode.failed,
  )
}
