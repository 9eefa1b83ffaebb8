import type { Device } from './client.ts'

/** A stream of server-sent events that somebody listens to. */
export interface EventStream {
  /** Why the server ended it, and when, on the monotonic clock. */
  readonly ended: Promise<{ readonly why: string; readonly at: number }>
  readonly close: () => void
}

/** Resolves once the stream is open. Rejects if the server refuses it. */
export async function openEventStream(url: string, { token = '' }: Device): Promise<EventStream> {
  const leaving = new AbortController()
  const headers = { authorization: `Bearer ${token}` }
  const { status, body } = await fetch(`${url}/events`, { headers, signal: leaving.signal })
  if (status !== 200 || body === null) throw new Error(`The stream of events answered ${status}.`)
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  await reader.read()

  async function readToEnd(): Promise<{ why: string; at: number }> {
    let text = ''
    for (;;) {
      const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }))
      if (done) return { why: /event: end\ndata: (\w+)/.exec(text)?.[1] ?? 'broken', at: performance.now() }
      text += value
    }
  }

  return { ended: readToEnd(), close: () => leaving.abort() }
}
