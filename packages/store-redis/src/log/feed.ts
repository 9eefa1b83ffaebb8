// These timers are objects that can be unreferenced, in every runtime that has Node's modules.
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

/** A connection that is accepted, and on which nothing is ever answered, does not tell. */
const maxOpeningMs = 2_000

/**
 * Follows one partition's log, on a connection of its own. Lost connections are replaced with a
 * growing, jittered pause; each new one subscribes anew, because a client that resubscribes by
 * itself may be ready without a subscription.
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
