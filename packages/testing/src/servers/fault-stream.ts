import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** The current faults of a stream. */
export interface Faults {
  /** True if bytes and the end of the connection are dropped. */
  readonly swallows: boolean
  readonly delayMs: number
  readonly bytesPerSecond: number
}

// The number of bytes in flight at which the sender has to wait.
const maxPending = 256 * 1024
const slicesPerSecond = 50

/**
 * Forwards bytes from one socket to the other. Returns a function to call after a change of the
 * faults.
 */
export function faultStream(from: Socket, to: Socket, faults: () => Faults): () => void {
  let pending = 0
  let last = Promise.resolve()
  const deliver = async (chunk: Buffer, dueAt: number): Promise<void> => {
    await until(dueAt)
    await pass(chunk, to, faults)
    pending -= chunk.length
    if (pending < maxPending) from.resume()
    settle()
  }
  const settle = (): void => {
    if (faults().swallows || pending > 0) return
    if (from.destroyed) to.destroy()
    else if (from.readableEnded) to.end()
  }
  from.on('data', (chunk: Buffer) => {
    pending += chunk.length
    if (pending >= maxPending) from.pause()
    const dueAt = performance.now() + faults().delayMs
    last = last.then(() => deliver(chunk, dueAt))
  })
  from.on('end', settle)
  from.on('close', settle)
  // The `close` event that follows reports a reset.
  from.on('error', () => undefined)
  return settle
}

/** Waits until an instant, and never less: a timer drops the fraction of a millisecond. */
async function until(dueAt: number): Promise<void> {
  for (let waitMs = dueAt - performance.now(); waitMs > 0; waitMs = dueAt - performance.now())
    await sleep(Math.ceil(waitMs), undefined, { ref: false })
}

async function pass(chunk: Buffer, to: Socket, faults: () => Faults): Promise<void> {
  let rest = chunk
  while (rest.length > 0 && !faults().swallows && to.writable) {
    const { bytesPerSecond } = faults()
    const slice = rest.subarray(0, Math.max(1, Math.floor(bytesPerSecond / slicesPerSecond)))
    rest = rest.subarray(slice.length)
    await written(to, slice)
    if (bytesPerSecond !== Number.POSITIVE_INFINITY) {
      await sleep((slice.length / bytesPerSecond) * 1_000, undefined, { ref: false })
    }
  }
}

/** Resolves when the bytes have been sent, or cannot be sent any more. */
function written(to: Socket, slice: Buffer): Promise<void> {
  return new Promise((resolve) => {
    to.write(slice, () => resolve())
  })
}
