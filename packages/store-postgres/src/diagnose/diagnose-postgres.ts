import { assertKnownOptions, type Duration, durationToMs, type OptionNames } from '@revoked/core'
import { type PostgresClient, portOf } from '../clients/detect-client.ts'
import { isPgPool } from '../clients/pg.ts'
import type { PostgresPort } from '../clients/port.ts'
import { toPostgresError } from '../clients/postgres-error.ts'
import { readSchema } from '../schema/schema-name.ts'
import type { PostgresFinding } from './finding.ts'
import { readState, type ServerState } from './read-state.ts'
import { serverFindings } from './server-findings.ts'
import { tableFindings } from './table-findings.ts'
import { wakeUpFindings } from './wake-up-findings.ts'

/**
 * Options for {@link diagnosePostgres}.
 *
 * @example
 * ```ts
 * import type { PostgresClient } from '@revoked/store-postgres'
 * import { type DiagnosePostgresOptions, diagnosePostgres } from '@revoked/store-postgres/diagnose'
 *
 * const options: DiagnosePostgresOptions = { schema: 'auth', clockTolerance: '30s' }
 * const diagnose = (client: PostgresClient) => diagnosePostgres(client, options)
 * ```
 */
export interface DiagnosePostgresOptions {
  /** The `schema` of the store. */
  readonly schema?: string
  /**
   * The `clockTolerance` of `createRevocation`. The server's clock may be off by half of it.
   * Default `'60s'`.
   */
  readonly clockTolerance?: Duration
  /** The clock, in ms since the epoch. Default `Date.now`. */
  readonly now?: () => number
}

const optionNames: OptionNames<DiagnosePostgresOptions> = { schema: true, clockTolerance: true, now: true }

/** How long the server may take to answer, in ms. */
const patienceMs = 3_000

/**
 * Finds settings that would lose revocations or make requests hang: those of the server, of the
 * tables and of the client. Use it in logs at start-up, and in health checks.
 *
 * It answers within about 5 seconds, whatever the server does, and changes nothing. It opens one
 * more connection for a moment, which listens.
 *
 * @example
 * ```ts
 * import pg from 'pg'
 * import { diagnosePostgres } from '@revoked/store-postgres/diagnose'
 *
 * async function logDiagnosis(pool: pg.Pool): Promise<void> {
 *   for (const { level, code, message, remedy } of await diagnosePostgres(pool))
 *     console.log(`${level} ${code}: ${message} ${remedy}`)
 * }
 * ```
 *
 * @throws TypeError or RangeError for wrong options and for a value that is not a client. It never
 *   throws for the state of a server.
 */
export async function diagnosePostgres(
  client: PostgresClient,
  options: DiagnosePostgresOptions = {},
): Promise<readonly PostgresFinding[]> {
  const port = portOf(client, 'diagnosePostgres')
  assertKnownOptions(options, optionNames)
  const { clockTolerance = '60s', now = Date.now } = options
  const schema = readSchema(options.schema)
  const toleranceMs = durationToMs(clockTolerance, 'clockTolerance')
  const askedAt = now()
  const state = await askInTime(port, schema)
  if ('finding' in state) return [state.finding]
  const clock = { askedAt, answeredAt: now(), toleranceMs }
  return [
    ...serverFindings(state),
    ...clockFindings(state, clock),
    ...tableFindings(state),
    ...timeoutFindings(client, state),
    ...(state.isReplica ? [] : await wakeUpFindings(port, schema)),
  ]
}

async function askInTime(
  port: PostgresPort,
  schema: string,
): Promise<ServerState | { readonly finding: PostgresFinding }> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, patienceMs, new Error('timeout'))
  })
  try {
    return await Promise.race([readState(port, schema), late])
  } catch (cause) {
    const { code } = toPostgresError(cause)
    const isRefused = code.startsWith('28')
    return {
      finding: {
        level: 'error',
        code: isRefused ? 'unauthenticated' : 'unreachable',
        message: isRefused ? `The server refuses the user: ${code}.` : `The server did not answer in time: ${code}.`,
        remedy: isRefused
          ? 'Configure the client with the name and the password of the user.'
          : 'Check that the server runs, that its address and TLS settings are right, and that the pool has free connections.',
      },
    }
  } finally {
    clearTimeout(timer)
  }
}

interface ClockReading {
  readonly askedAt: number
  readonly answeredAt: number
  readonly toleranceMs: number
}

/** The server read its clock between both instants: only a difference beyond both counts. */
function clockFindings(state: ServerState, { askedAt, answeredAt, toleranceMs }: ClockReading): PostgresFinding[] {
  const offset = Math.max(state.now - answeredAt, askedAt - state.now)
  // Two instances that are each half the tolerance off, in opposite directions, differ by all of
  // it.
  if (offset <= toleranceMs / 2) return []
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`
  return [
    {
      level: offset > toleranceMs ? 'error' : 'warning',
      code: 'clock-offset',
      message: `The server's clock is ${seconds(offset)} ${state.now > answeredAt ? 'ahead of' : 'behind'} ours, and the tolerance is ${seconds(toleranceMs)}.`,
      remedy: 'Synchronise the clocks of the server and of every instance by NTP, or allow a larger clockTolerance.',
    },
  ]
}

/** A connection that hangs would keep a connection of the pool, and checks would wait for it. */
function timeoutFindings(client: PostgresClient, { statementTimeout }: ServerState): PostgresFinding[] {
  if (typeof client !== 'object' || !isPgPool(client)) return []
  const options = client.options as Readonly<Record<string, unknown>>
  const findings: PostgresFinding[] = []
  if (!options['query_timeout']) {
    findings.push({
      level: 'warning',
      code: 'no-query-timeout',
      message: `A connection that hangs is never given up${statementTimeout === '0' ? '' : ', because statement_timeout needs its answer'}, and the pool runs out of others.`,
      remedy: "Set 'query_timeout' of the pool, such as to 5000.",
    })
  }
  if (!options['connectionTimeoutMillis']) {
    findings.push({
      level: 'warning',
      code: 'no-connect-timeout',
      message: 'A query waits for a free connection without a limit.',
      remedy: "Set 'connectionTimeoutMillis' of the pool, such as to 2000.",
    })
  }
  return findings
}
