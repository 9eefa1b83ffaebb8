import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Token } from './plan.ts'
import type { Variant } from './variant.ts'

/** The addresses of the servers for a process. */
export interface Site {
  readonly kind: 'standalone' | 'sentinel' | 'cluster' | 'postgres'
  readonly port: number
  /** The port of the subscriber's connection, if it differs. */
  readonly subscriberPort?: number
  readonly name?: string
  readonly library?: 'ioredis' | 'node-redis' | 'pg' | 'executor'
  /** The beginning of the names of the store: a prefix in Redis, the schema in PostgreSQL. */
  readonly prefix: string
}

/** The task of a process. */
export interface Assignment {
  readonly role: 'reader' | 'writer'
  readonly site: Site
  readonly variant: Variant
  readonly plan: { readonly tokens: readonly Token[] }
}

/** A process that carries out orders. */
export interface Worker {
  readonly call: <Answer>(order: string, value?: unknown) => Promise<Answer>
  readonly kill: (signal: 'SIGSTOP' | 'SIGCONT') => void
  readonly end: () => Promise<void>
}

const path = fileURLToPath(new URL('worker.mjs', import.meta.url))

/** Starts a process, and waits until it is connected. */
export async function startWorker(assignment: Assignment): Promise<Worker> {
  // The processes run the built package. Infinity would not survive JSON.
  const child = fork(path, { execArgv: [], serialization: 'advanced' })
  const exited = once(child, 'exit')
  const answers = new Map<number, (answer: unknown) => void>()
  let calls = 0
  child.on(
    'message',
    ({ id, answer }: { id?: number; answer?: unknown }) => id !== undefined && answers.get(id)?.(answer),
  )
  child.send(assignment)
  const connected = await Promise.race([once(child, 'message'), exited.then(() => undefined)])
  if (connected === undefined) throw new Error(`The ${assignment.role} ended before it was connected.`)
  return {
    call: async <Answer>(order: string, value?: unknown): Promise<Answer> => {
      const id = calls++
      const answer = new Promise<unknown>((resolve) => answers.set(id, resolve))
      child.send({ id, order, value })
      const gone = exited.then(() => {
        throw new Error(`The ${assignment.role} ended.`)
      })
      return (await Promise.race([answer, gone])) as Answer
    },
    kill: (signal) => void child.kill(signal),
    end: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}
