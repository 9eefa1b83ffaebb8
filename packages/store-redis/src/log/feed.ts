// These timers can be unreferenced in every runtime that has Node's modules.
import { clearTimeout, setTimeout } from 'node:timers'
import type { FeedConnection, FeedFollower } from '@revoked/core'
import type { RedisPort, Subscription } from '../clients/port.ts'
import type { Partition } from '../marks/key-space.ts'
import { runScript } from '../marks/run-script.ts'
import { probeScript, publishCommandFor } from '../marks/scripts.ts'
import { createNonce } from '../marks/stored-mark.ts'
import { decodeMessage } from './feed-message.ts'

const minPauseMs = 50
const maxPauseMs = 2_000

/**
 * The limit for subscribing. A server that accepts a connection but never answers causes no error.
 */
const maxOpeningMs = 2_000

/**
 * Follows the log of one partition on a separate connection. A lost connection is replaced after a
 * growing, jittered pause, and the new one subscribes again. Clients do not resubscribe here,
 * because a client may be ready without its subscription.
 */
export function followPartition(
  port: RedisPort,
  { feedKey, channel }: Partition,
  follower: FeedFollower,
): FeedConnection {
  const outstanding = new Set<string>()
  let subscription: Subscription | undefined
  let opening: NodeJS.Timeout | undefined
  let reconnecting: NodeJS.Timeout | undefined
  let isOpen = false
  let isClosed = false
  let failures = 0

  function subscribe(): void {
    opening = setTimeout(() => {
      subscription?.destroy()
      lost(new Error(`The subscription was not there after ${maxOpeningMs} ms.`))
    }, maxOpeningMs).unref()
    subscription = port.subscribe(feedKey, channel, {
      subscribed: () => {
        clearTimeout(opening)
        failures = 0
        isOpen = true
        follower.opened()
      },
      message: deliver,
      lost,
    })
  }

  function lost(cause: Error): void {
    clearTimeout(opening)
    down(cause)
    const pause = Math.min(maxPauseMs, minPauseMs * 2 ** failures++)
    reconnecting = setTimeout(subscribe, pause * (0.5 + Math.random() / 2)).unref()
  }

  function deliver(text: string): void {
    try {
      const message = decodeMessage(text)
      if (message.kind === 'change') follower.changed(message.change)
      else if (outstanding.delete(message.probe)) follower.confirmed(message.probe, message.position)
    } catch (cause) {
      // A change that could not be read or applied counts as missed.
      restart(cause instanceof Error ? cause : new Error('A change could not be applied.', { cause }))
    }
  }

  function down(cause?: Error): void {
    outstanding.clear()
    if (!isOpen) return
    isOpen = false
    follower.closed(cause)
  }

  function giveUp(): void {
    clearTimeout(opening)
    clearTimeout(reconnecting)
    subscription?.destroy()
  }

  function restart(cause?: Error): void {
    if (isClosed) return
    giveUp()
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
      giveUp()
    },
  }
}
