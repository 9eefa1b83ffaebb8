/** The formulas of what is kept, and all of them together. Tests compare each with measurements. */
import * as cost from './costs.ts'
import { loadOf } from './load.ts'
import { type Backend, backendOf, cacheOf, type Plan } from './plan.ts'

/** What a plan costs. Memory in bytes, traffic in bytes a second. */
export interface Needs {
  readonly marks: number
  /** In the memory of Redis, or on the disk of a database. 0 without either. */
  readonly kept: number
  /** Of one instance, beside everything else that it keeps. */
  readonly processMemory: number
  readonly commandsPerSecond: number
  readonly receivedPerSecond: number
  readonly sentPerSecond: number
}

/** The bytes of one of each. The change log of the memory store is left out. */
const sizes: Readonly<Record<Backend, { mark: number; entry: number; session: number; subject: number }>> = {
  memory: { mark: cost.markInMemory, entry: 0, session: cost.sessionInMemory, subject: cost.subjectInMemory },
  sqlite: { mark: cost.markInSqlite, entry: cost.logEntryInSqlite, session: cost.sessionInSqlite, subject: 0 },
  postgres: { mark: cost.markInPostgres, entry: cost.logEntryInPostgres, session: cost.sessionInPostgres, subject: 0 },
  redis: { mark: cost.markInRedis, entry: cost.logEntry, session: cost.session, subject: cost.subjectOfSessions },
}

/** Returns the number of marks that are alive at once. */
export const liveMarks = ({
  revocationsPerSecond,
  lifetime,
}: Pick<Plan, 'revocationsPerSecond' | 'lifetime'>): number => revocationsPerSecond * lifetime

/** Returns the bytes of marks, without the change log. */
export const markBytes = (backend: Backend, marks: number): number => marks * sizes[backend].mark

/** Returns the bytes of the change log. */
export const logBytes = (backend: Backend, entries: number): number =>
  Math.min(entries, cost.logLength) * sizes[backend].entry

/** Returns the bytes of listed sessions. */
export const sessionBytes = (backend: Backend, sessions: number, perSubject: number): number =>
  sessions * (sizes[backend].session + sizes[backend].subject / perSubject)

/** Returns the memory of a mirror. While it scans, it needs twice as much. */
export const mirrorMemory = (marks: number): number => marks * cost.markInMirror

/** Returns the memory of a cache for tokens that have a `jti`, a `sid` and a `sub` each. */
export const cacheMemory = (tokens: number, maxEntries: number): number =>
  cost.scopesOfToken * (maxEntries * cost.slotOfCache + Math.min(tokens, maxEntries) * cost.absence)

/** Returns what a plan needs. */
export function needsOf(plan: Plan): Needs {
  const marks = liveMarks(plan)
  const backend = backendOf(plan.store)
  const sessions = sessionBytes(backend, plan.sessions, plan.sessionsPerSubject)
  const bytes = markBytes(backend, marks) + logBytes(backend, marks) + sessions
  const { commands, received, sent } = loadOf(plan)
  return {
    marks,
    kept: backend === 'memory' ? 0 : bytes,
    processMemory: processMemory(plan, marks, bytes),
    commandsPerSecond: commands,
    receivedPerSecond: received,
    sentPerSecond: sent,
  }
}

function processMemory({ store, tokens }: Plan, marks: number, bytes: number): number {
  if (store === 'memory') return bytes
  if (store === 'sqlite') return Math.min(bytes, cost.pagesOfSqlite)
  const cache = cacheOf(store)
  if (cache === undefined) return 0
  return cache === 'mirror' ? mirrorMemory(marks) : cacheMemory(tokens, Math.max(cost.maxEntries, tokens))
}
