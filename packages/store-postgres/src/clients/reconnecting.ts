import type { ChannelEvents, ChannelListener } from './port.ts'

/**
 * Opens a connection that listens, and resolves to what ends it.
 *
 * @param lost - Called if the connection is lost later.
 */
type OpenConnection = (lost: (cause: unknown) => void) => Promise<() => void>

/** The first pause before another attempt, in ms. Each further one doubles it. */
const minPauseMs = 100
const maxPauseMs = 5_000

/**
 * After this time, an attempt counts as failed, in ms: the server may be unreachable in silence.
 */
const attemptMs = 10_000

/** Returns a listener that connects again whenever its connection is lost. */
export function createReconnecting(events: ChannelEvents, openConnection: OpenConnection): ChannelListener {
  let isClosed = false
  let attempts = 0
  let timer: NodeJS.Timeout | undefined
  let endCurrent: (() => void) | undefined
  let current = 0

  function connect(): void {
    const mine = ++current
    clearTimeout(timer)
    timer = setTimeout(() => failed(new Error('The connection was not established in time.')), attemptMs)
    timer.unref()

    function failed(cause: unknown): void {
      if (mine !== current || isClosed) return
      current++
      leave()
      events.lost(cause)
      const pause = Math.min(minPauseMs * 2 ** attempts++, maxPauseMs)
      timer = setTimeout(connect, pause * (0.5 + Math.random()))
      timer.unref()
    }

    openConnection(failed).then((end) => {
      if (mine !== current || isClosed) return end()
      clearTimeout(timer)
      attempts = 0
      endCurrent = end
      events.opened()
      // What was sent before is lost.
      events.notified()
    }, failed)
  }

  function leave(): void {
    clearTimeout(timer)
    endCurrent?.()
    endCurrent = undefined
  }

  connect()
  return {
    restart: () => {
      if (isClosed) return
      leave()
      connect()
    },
    close: () => {
      isClosed = true
      leave()
    },
  }
}
