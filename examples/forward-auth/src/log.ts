/** Structured logs: one JSON object a line. No message of an error is logged, only its codes. */

/** How much is logged. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** What is logged beside the event. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** Writes events. */
export type Log = (level: LogLevel, event: string, fields?: LogFields) => void

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/** Creates a log that leaves out what is below a level. */
export function createLog(minimum: LogLevel, write: (line: string) => void, now: () => number = Date.now): Log {
  const least = levels.indexOf(minimum)
  return (level, event, fields) => {
    if (levels.indexOf(level) < least) return
    write(`${JSON.stringify({ time: new Date(now()).toISOString(), level, event, ...fields })}\n`)
  }
}

/**
 * Creates a log that writes an event with the same code once a second, and then how many of them
 * it has left out. An outage would be a line for each request otherwise.
 */
export function createSparseLog(log: Log, everyMs = 1_000, now: () => number = Date.now): Log {
  const written = new Map<string, { at: number; suppressed: number }>()
  return (level, event, fields) => {
    const key = `${event} ${fields?.['code']}`
    const last = written.get(key)
    if (last !== undefined && now() - last.at < everyMs) {
      last.suppressed += 1
      return
    }
    log(level, event, last?.suppressed ? { ...fields, suppressed: last.suppressed } : fields)
    written.set(key, { at: now(), suppressed: 0 })
  }
}

/**
 * Returns what may be known of an error: codes, and names of claims. Messages of clients contain
 * hosts and more.
 */
export function errorFields(error: unknown): LogFields {
  const { problem, claim, cause } = Object(error) as { problem?: unknown; claim?: unknown; cause?: unknown }
  return {
    code: codeOf(error),
    ...(typeof problem === 'string' && { problem }),
    ...(typeof claim === 'string' && { claim }),
    ...(cause !== undefined && { cause: codeOf(rootOf(cause)) }),
  }
}

function rootOf(error: unknown, depth = 5): unknown {
  const { cause } = Object(error) as { cause?: unknown }
  return cause === undefined || depth === 0 ? error : rootOf(cause, depth - 1)
}

function codeOf(error: unknown): string {
  const { code, name } = Object(error) as { code?: unknown; name?: unknown }
  if (typeof code === 'string' && /^[A-Z0-9_]{2,64}$/.test(code)) return code
  return typeof name === 'string' && /^[A-Za-z]{2,64}$/.test(name) ? name : 'unknown'
}
