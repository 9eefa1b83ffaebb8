import { decodeMark, type LogEntry, type LogPosition } from '@revoked/core'
import { keyNamed } from '../marks/key-space.ts'

/**
 * Decodes entries of the log that follow a position: the tip, name and mark of each in turn. An
 * entry without a mark forgot its key.
 *
 * @throws CorruptMarkError or Error if a mark or a name is not one of this version.
 */
export function entriesAfter(after: LogPosition, fields: readonly string[]): LogEntry[] {
  const entries: LogEntry[] = []
  let { tip: previousTip, sequence } = after
  for (let index = 0; index + 2 < fields.length; index += 3) {
    const [tip = '', name = '', mark = ''] = [fields[index], fields[index + 1], fields[index + 2]]
    sequence++
    entries.push({
      position: { epoch: after.epoch, sequence, tip },
      previousTip,
      key: keyNamed(name),
      mark: mark === '' ? undefined : decodeMark(mark),
    })
    previousTip = tip
  }
  return entries
}
