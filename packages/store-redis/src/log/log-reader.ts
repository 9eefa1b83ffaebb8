import type { LogPosition, LogRead } from '@revoked/core'
import type { RedisPort } from '../clients/port.ts'
import type { Partition } from '../marks/key-space.ts'
import { runScript } from '../marks/run-script.ts'
import { createNonce } from '../marks/stored-mark.ts'
import { entriesAfter } from './log-entries.ts'
import { readLogScript } from './log-script.ts'

/** The log of one partition, as it can be read. */
export interface LogReader {
  /** Reads one page, as `FollowableStore.read` does. */
  readonly read: (after?: LogPosition) => Promise<LogRead>
  /** Returns the epoch that the last read found, or `undefined` before the first one. */
  readonly epoch: () => string | undefined
}

/** Returns the reader of the log of a partition. */
export function createLogReader(port: RedisPort, { feedKey, logKey }: Partition): LogReader {
  let epoch: string | undefined

  return {
    epoch: () => epoch,
    read: async (after) => {
      const args = [createNonce(), ...(after === undefined ? [] : [after.epoch, String(after.sequence), after.tip])]
      const reply = await runScript(port.send, readLogScript, { keys: [feedKey, logKey], args })
      const [kind, headEpoch, sequence, tip, ...entries] = fieldsOf(reply)
      if (headEpoch === undefined || tip === undefined || !/^\d+$/.test(sequence ?? '')) throw unreadable()
      epoch = headEpoch
      const position: LogPosition = { epoch, sequence: Number(sequence), tip }
      if (after === undefined || kind !== 'page') return { reset: true, position }
      const page = entriesAfter(after, entries)
      return { reset: false, entries: page, position, complete: after.sequence + page.length === position.sequence }
    },
  }
}

function fieldsOf(reply: unknown): readonly string[] {
  if (Array.isArray(reply) && reply.every((field) => typeof field === 'string')) return reply
  throw unreadable()
}

function unreadable(): TypeError {
  return new TypeError('The client did not answer with strings: it must not map replies to other types.')
}
