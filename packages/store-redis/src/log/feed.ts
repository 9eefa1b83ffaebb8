import { randomUUID } from 'node:crypto'
import type { FeedConnection, FeedFollower, LogEntry } from '@revoked/core'
import type { RedisPort } from '../clients/port.ts'
import type { Partition } from '../marks/key-space.ts'
import { runScript } from '../marks/run-script.ts'
import { probeScript, publishCommandFor } from '../marks/scripts.ts'
import { decodePush } from './push-message.ts'
import type { Member, Membership } from './shared-subscribers.ts'

/** Follows the log of one partition by probes, for followers that do not read it. */
export function followPartition({ port, partition, join }: FeedOptions, follower: FeedFollower): FeedConnection {
  const { feedKey, logKey, channelOf } = partition
  const outstanding = new Set<string>()
  let isOpen = false
  let isClosed = false

  function deliver(text: string): void {
    const [kind, messageEpoch = '', sequence, tip = '', probe = ''] = text.split('\n')
    // The chain shows a follower what it missed, whatever the epoch is.
    const push = decodePush(text, { epoch: messageEpoch, scopes: undefined })
    if (push?.kind === 'entries') for (const entry of push.entries) follower.changed(changeOf(entry))
    else if (kind === 'probe' && outstanding.delete(probe))
      follower.confirmed(probe, { epoch: messageEpoch, sequence: Number(sequence), tip })
    else if (kind !== 'probe') membership.restart()
  }

  const membership = join({
    key: feedKey,
    channel: async () => channelOf(await port.database()),
    subscribed: () => {
      isOpen = true
      follower.opened()
    },
    message: (text) => {
      if (isOpen) deliver(text)
    },
    lost: (cause) => {
      outstanding.clear()
      if (!isOpen) return
      isOpen = false
      if (!isClosed) follower.closed(cause)
    },
  })

  return {
    probe: async (id) => {
      if (isClosed) throw new Error('The feed connection is closed.')
      outstanding.add(id)
      await runScript(port.send, probeScript, {
        keys: [feedKey, logKey],
        args: [randomUUID(), publishCommandFor(port), channelOf(await port.database()), id],
      })
    },
    restart: membership.restart,
    close: async () => {
      isClosed = true
      isOpen = false
      membership.close()
    },
  }
}

interface FeedOptions {
  readonly port: RedisPort
  readonly partition: Partition
  readonly join: (member: Member) => Membership
}

function changeOf({ position, previousTip, key, mark }: LogEntry): Parameters<FeedFollower['changed']>[0] {
  return mark === undefined
    ? { position, previousTip, recorded: [], forgotten: [key] }
    : { position, previousTip, recorded: [{ key, mark }], forgotten: [] }
}
