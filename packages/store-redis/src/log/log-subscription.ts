import type { LogListener, LogSubscription } from '@revoked/core'
import type { RedisPort } from '../clients/port.ts'
import type { Partition } from '../marks/key-space.ts'
import type { LogReader } from './log-reader.ts'
import { decodePush, type KnownLog } from './push-message.ts'
import type { Member, Membership } from './shared-subscribers.ts'

/** Options for `subscribeToLog`. */
export interface SubscriptionOptions {
  readonly port: Pick<RedisPort, 'database'>
  readonly partition: Pick<Partition, 'feedKey' | 'channelOf'>
  readonly reader: LogReader
  readonly join: (member: Member) => Membership
  /** Returns the scopes that the services use, or `undefined` if that is not known. */
  readonly scopes: () => KnownLog['scopes']
}

/**
 * Subscribes to the pushes of one log. A message that does not belong to the log is counted, and
 * has no other effect: it costs neither a read nor the connection.
 */
export function subscribeToLog(options: SubscriptionOptions, listener: LogListener): LogSubscription {
  const { port, partition, reader, join, scopes } = options
  let isOpen = false
  let isClosed = false
  let lastFailure: Error | undefined
  let ignoredMessages = 0

  async function opened(): Promise<void> {
    isOpen = true
    // Messages of another epoch are ignored, so the epoch must be known. Followers read it anyway.
    if (reader.epoch() === undefined) await reader.read().catch(() => {})
    // What happened before cannot be pushed any more.
    if (isOpen) call(() => listener.wake())
  }

  /** A listener must not throw. If it does, others must receive the push, and it will read it. */
  function call(push: () => void): void {
    if (isClosed) return
    try {
      push()
    } catch {
      // See above.
    }
  }

  const membership = join({
    key: partition.feedKey,
    channel: async () => partition.channelOf(await port.database()),
    subscribed: () => void opened(),
    message: (text) => {
      const push = decodePush(text, { epoch: reader.epoch(), scopes: scopes() })
      if (push === undefined) ignoredMessages++
      else call(() => (push.kind === 'wake' ? listener.wake() : listener.entries(push.entries)))
    },
    lost: (cause) => {
      isOpen = false
      lastFailure = cause ?? lastFailure
    },
  })

  return {
    restart: membership.restart,
    close: () => {
      isClosed = true
      isOpen = false
      membership.close()
    },
    status: () => ({ isOpen, lastFailure, ignoredMessages }),
  }
}
