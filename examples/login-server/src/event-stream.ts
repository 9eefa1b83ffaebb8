import { setTimeout as sleep } from 'node:timers/promises'
import type { Device } from './client.ts'

/** Why a stream ended, and when (`performance.now()`). */
interface StreamEnd {
  readonly why: string
  readonly at: number
}

/** A client's end of a stream of server-sent events. */
export interface EventStream {
  /** Of the answer: 200 if the stream is open. */
  readonly status: number
  /**
   * Resolves with the reason that the server gives, or with its answer if it refuses the stream.
   */
  readonly ended: Promise<StreamEnd>
  readonly close: () => void
}

/** Opens the stream of a server. */
export async function openEventStream(url: string, { token = '' }: Device): Promise<EventStream> {
  const leaving = new AbortController()
  const headers = { authorization: `Bearer ${token}` }
  const { status, body } = await fetch(`${url}/events`, { headers, signal: leaving.signal })
  const close = (): void => leaving.abort()
  if (status !== 200 || body === null) return { status, ended: Promise.resolve(endedBy(`answered ${status}`)), close }
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  await reader.read()

  async function readToEnd(): Promise<StreamEnd> {
    let text = ''
    for (;;) {
      const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }))
      if (done) return endedBy(/event: end\ndata: (\w+)/.exec(text)?.[1] ?? 'broken')
      text += value
    }
  }

  return { status, ended: readToEnd(), close }
}

/** Resolves when the stream has ended, or after this time in ms, and closes it. */
export async function endWithin({ ended, close }: EventStream, ms: number): Promise<StreamEnd> {
  const end = await Promise.race([ended, sleep(ms, { why: 'still open', at: Infinity })])
  close()
  return end
}

function endedBy(why: string): StreamEnd {
  return { why, at: performance.now() }
}
