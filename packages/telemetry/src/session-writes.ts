import type { Tracer } from '@opentelemetry/api'
import type { SessionCounts } from './session-counts.ts'
import { inSpan } from './spans.ts'

/** The writes of sessions. `never` stands for options that are passed on as they are. */
export interface SessionWrites {
  open(options: never): Promise<unknown>
  close(subject: string, id: string, options?: never): Promise<boolean>
  closeAll(subject: string, options?: never): Promise<Closed>
}

/** What `closeAll` has closed. */
interface Closed {
  readonly closed: readonly string[]
}

/** Returns `open`, `close` and `closeAll`, with spans and counts. */
export function observedSessionWrites(
  sessions: SessionWrites,
  { tracer, counts }: { readonly tracer: Tracer; readonly counts: SessionCounts },
): SessionWrites {
  /** Makes a call in a span, and counts its failure, unless nothing would have been written. */
  async function report<Result>(operation: string, isDry: boolean, call: () => Promise<Result>): Promise<Result> {
    const attributes = isDry ? { 'revoked.dry_run': true } : {}
    try {
      return await inSpan({ tracer, name: `revoked.sessions ${operation}`, attributes }, call)
    } catch (error) {
      if (!isDry) counts.failed(operation, error)
      throw error
    }
  }

  return {
    open: async (options) => {
      const session = await report('open', false, () => sessions.open(options))
      counts.opened()
      return session
    },
    close: async (subject, id, options) => {
      const wasOpen = await report('close', isDryRun(options), () => sessions.close(subject, id, options))
      if (!isDryRun(options)) counts.closed(wasOpen ? 1 : 0, reasonOf(options))
      return wasOpen
    },
    closeAll: async (subject, options) => {
      const result = await report('closeAll', isDryRun(options), () => sessions.closeAll(subject, options))
      if (!isDryRun(options)) counts.closed(result.closed.length, reasonOf(options))
      return result
    },
  }
}

function reasonOf(options: unknown): unknown {
  return (Object(options) as { readonly reason?: unknown }).reason
}

/** A dry run closes nothing. */
function isDryRun(options: unknown): boolean {
  return (Object(options) as { readonly dryRun?: unknown }).dryRun === true
}
