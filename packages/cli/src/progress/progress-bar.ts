import { grouped } from '../output/scope-names.ts'
import { createStyle, hasColours } from '../output/style.ts'

const width = 30
const redrawMs = 100

/** A line on a terminal that shows how far a command is. Elsewhere it shows nothing. */
export interface ProgressBar {
  readonly show: (done: number) => void
  /** Removes the line, so that results follow. */
  readonly clear: () => void
}

/** Returns the bar on stderr. Without a total, it counts. */
export function createProgressBar(what: string, total: number | undefined): ProgressBar {
  const { stderr, env } = process
  if (!stderr.isTTY) return { show: () => undefined, clear: () => undefined }
  const style = createStyle(hasColours(stderr, env))
  const startedAt = performance.now()
  let drawnAt = -Infinity
  let first: number | undefined
  return {
    show: (done) => {
      const now = performance.now()
      first ??= done
      if (now - drawnAt < redrawMs && done !== total) return
      drawnAt = now
      const perSecond = ((done - first) * 1_000) / Math.max(1, now - startedAt)
      const rate = style.dim(`${grouped(Math.round(perSecond))}/s`)
      stderr.write(`\r\u001b[K${barOf(done, total)} ${what} ${rate}`)
    },
    clear: () => void stderr.write('\r\u001b[K'),
  }
}

function barOf(done: number, total: number | undefined): string {
  if (total === undefined || total === 0) return grouped(done)
  const filled = Math.min(width, Math.floor((done / total) * width))
  const percent = Math.floor((done / total) * 100)
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${percent}% ${grouped(done)} of ${grouped(total)}`
}
