import type { FeedConnection, FeedFollower } from '@revoked/core'
import type { RedisPort, Subscription } from './clients/port.ts'
import { decodeMessage } from './feed-message.ts'
import type { Partition } from './key-space.ts'
import { runScript } from './run-script.ts'
import { probeScript, publishCommandFor } from './scripts.ts'
import { createNonce } from './stored-mark.ts'

const minPauseMs = 50
const maxPauseMs = 2_000

/**
 * Follows one partition's log, on a connection of its own. Lost connections are replaced with a growing, jittered pause;
 * each new one subscribes anew, because a client that resubscribes by itself may be ready and deaf.
 */
export function followPartition(
  port: RedisPort,
  { feedKey, channel }: Partition,
  follower: FeedFollower,
): FeedConnection {
  const outstanding = new Set<string>()
  let subscription: Subscription | undefined
  let reconnecting: NodeJS.Timeout | undefined
  let isOpen = false
  let isClosed = false
  let failures = 0

  function subscribe(): void {
    subscription = port.subscribe(feedKey, channel, {
      subscribed: () => {
        failures = 0
        isOpen = true
        follower.opened()
      },
      message: deliver,
      lost: (cause) => {
        down(cause)
        const pause = Math.min(maxPauseMs, minPauseMs * 2 ** failures++)
        reconnecting = setTimeout(subscribe, pause * (0.5 + Math.random() / 2)).unref()
      },
    })
  }

  function deliver(text: string): void {
    try {
      const message = decodeMessage(text)
      if (message.kind === 'change') follower.changed(message.change)
      else if (outstanding.delete(message.probe)) follower.confirmed(message.probe, message.position)
    } catch (cause) {
      // A change that could not be read or applied is a change that was missed.
      restart(cause instanceof Error ? cause : new Error('A change could not be applied.', { cause }))
    }
  }

  function down(cause?: Error): void {
    outstanding.clear()
    if (!isOpen) return
    isOpen = false
    follower.closed(cause)
  }

  function restart(cause?: Error): void {
    if (isClosed) return
    clearTimeout(reconnecting)
    subscription?.destroy()
    down(cause)
    subscribe()
  }

  subscribe()
  return {
    probe: async (id) => {
      if (isClosed) throw new Error('The feed connection is closed.')
      outstanding.add(id)
      await runScript(port.send, probeScript, {
        keys: [feedKey],
        args: [createNonce(), publishCommandFor(port), channel, id],
      })
    },
    restart: () => restart(),
    close: async () => {
      isClosed = true
      isOpen = false
      clearTimeout(reconnecting)
      subscription?.destroy()
    },
  }
}
