import type { Device } from './client.ts'

/** A client's end of a stream of server-sent events. */
export interface EventStream {
  /** Why the server ended the stream, and when (`performance.now()`). */
  readonly ended: Promise<{ readonly why: string; readonly at: number }>
  readonly close: () => void
}

/** Opens the stream of a server. Rejects if the server refuses it. */
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
