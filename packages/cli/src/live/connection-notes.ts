import type { Following } from '@revoked/core/follow'
import type { Output } from '../output/output.ts'

/** Says on stderr when a store is no longer followed, and when it is again. */
export function startConnectionNotes(following: Following, { note, noteStyle }: Output): { readonly stop: () => void } {
  let isLive = false
  let wasLive = false
  const timer = setInterval(() => {
    const logs = following.status()
    const now = logs.every(({ state }) => state === 'live')
    if (now === isLive) return
    isLive = now
    if (now && wasLive)
      note(`${noteStyle.good('following again')}: what changed meanwhile is listed, if the log has it`)
    if (!now) note(`${noteStyle.bad('not following')}: the store does not answer`)
    wasLive ||= now
  }, 250)
  return { stop: () => clearInterval(timer) }
}
