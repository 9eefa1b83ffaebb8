import { CommanderError } from 'commander'
import { CliError, isOfStore } from '../errors.ts'
import { type ExitCode, exitCode } from '../exit-code.ts'
import { scrub } from './scrub.ts'
import type { Style } from './style.ts'

/** What the process reports of an error. */
export interface ErrorReport {
  readonly exitCode: ExitCode
  /** The lines for stderr. None, if the error was printed already. */
  readonly lines: readonly string[]
}

/** Errors of this library whose cause is the caller: wrong options, claims or targets. */
const misuseCodes: ReadonlySet<string> = new Set([
  'ERR_SETTINGS_CONFLICT',
  'ERR_INVALID_CLAIMS',
  'ERR_TOKEN_LIFETIME',
  'ERR_UNIDENTIFIABLE_TOKEN',
])

const doctorHint = 'Run `revoked doctor` with the same store: it examines the server, and says what to do.'

/**
 * Returns the report of an error. The messages of this library contain no secrets. Those of others
 * may, so of these only the name and the code are shown.
 */
export function reportOf(error: unknown, style: Style): ErrorReport {
  const heading = style.bad('error:')
  if (error instanceof CommanderError)
    return { exitCode: error.exitCode === 0 ? exitCode.ok : exitCode.misuse, lines: [] }
  if (error instanceof CliError) {
    const hint = error.exitCode === exitCode.unavailable ? [doctorHint] : []
    return { exitCode: error.exitCode, lines: [`${heading} ${error.message}`, ...causeOf(error), ...hint] }
  }
  const { name, code, message } = described(error)
  if (code === 'ERR_REVOCATION_UNAVAILABLE' || isOfStore(error)) {
    return {
      exitCode: exitCode.unavailable,
      lines: [`${heading} ${scrub(message)}`, ...causeOf(error), doctorHint],
    }
  }
  if (misuseCodes.has(code) || name === 'TypeError' || name === 'RangeError')
    return { exitCode: exitCode.misuse, lines: [`${heading} ${scrub(message)}`, ...causeOf(error)] }
  if (code.startsWith('ERR_') && isOurs(error))
    return { exitCode: exitCode.failed, lines: [`${heading} ${scrub(message)}`, ...causeOf(error)] }
  return {
    exitCode: exitCode.failed,
    lines: [
      `${heading} The command failed: ${[name, code].filter(Boolean).join(' ')}.`,
      'Its message may contain secrets. Set REVOKED_DEBUG=1 to see it.',
    ],
  }
}

/** Returns the line of the cause, if the error of a store or of this library is behind it. */
function causeOf(error: unknown): readonly string[] {
  const { cause } = Object(error) as { readonly cause?: unknown }
  if (!(isOfStore(cause) || isOurs(cause) || cause instanceof CliError)) return []
  return [`  because: ${scrub(described(cause).message)}`, ...causeOf(cause)]
}

function isOurs(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && /^ERR_[A-Z_]+$/.test(String(error.code)) && isRevocationError(error)
  )
}

/** The base class comes from another package, so `instanceof` may fail. Its prototype is named. */
function isRevocationError(error: Error): boolean {
  const base = Object.getPrototypeOf(Object.getPrototypeOf(error)) as {
    readonly constructor?: { name?: string }
  } | null
  return base?.constructor?.name === 'RevocationError'
}

function described(error: unknown): { readonly name: string; readonly code: string; readonly message: string } {
  const { name, code, message } = Object(error) as Readonly<Record<'name' | 'code' | 'message', unknown>>
  // The stores name the function that diagnoses. Here, it is a command.
  const text = String(message ?? '').replace(/ diagnose\w+\(client\) says more\./, '')
  return { name: String(name ?? typeof error), code: String(code ?? ''), message: text }
}
