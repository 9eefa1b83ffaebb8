// @ts-check
import { monitorEventLoopDelay, PerformanceObserver, performance } from 'node:perf_hooks'

/**
 * @typedef {{ histogramMs: number, probeMs: number, busyMs: number, gcMs: number, seconds: number
 *   }} Delays the longest of each kind
 */

/**
 * Of this thread, where Node can tell (from 23.9 on); else of the process, its helper threads
 * included.
 */
const readCpu = /** @type {typeof process.cpuUsage} */ (Reflect.get(process, 'threadCpuUsage') ?? process.cpuUsage)

/**
 * Watches the event loop in two ways at once: Node's own histogram (a timer of 1 ms: idle, it reads
 * a little more than 1 ms), and a chain of `setImmediate` that tells how long each turn of the loop
 * took. Where the machine is shared, a turn is also long because another process had the core; so
 * the probe looks at the processor time of a turn as well, and takes the smaller one of the two for
 * what it was busy with.
 *
 * @returns {() => Promise<Delays>} ends the watch
 */
export function watchLoop() {
  const histogram = monitorEventLoopDelay({ resolution: 1 })
  const startedAt = performance.now()
  let turnedAt = startedAt
  let cpuAt = cpuMs()
  let longestTurn = 0
  let longestBusy = 0
  let longestGc = 0
  let isWatching = true

  function turn() {
    const now = performance.now()
    const cpu = cpuMs()
    longestTurn = Math.max(longestTurn, now - turnedAt)
    longestBusy = Math.max(longestBusy, Math.min(now - turnedAt, cpu - cpuAt))
    turnedAt = now
    cpuAt = cpu
    if (isWatching) setImmediate(turn)
  }
  const observer = new PerformanceObserver((list) => {
    // Those before the watch are the collections that were asked for, to read the heap.
    for (const { startTime, duration } of list.getEntries()) {
      if (startTime >= startedAt) longestGc = Math.max(longestGc, duration)
    }
  })

  observer.observe({ entryTypes: ['gc'] })
  histogram.enable()
  setImmediate(turn)
  return async () => {
    histogram.disable()
    isWatching = false
    const seconds = (performance.now() - startedAt) / 1_000
    // Observers are told in a later turn.
    await new Promise((resolve) => setTimeout(resolve, 20))
    observer.disconnect()
    return { histogramMs: histogram.max / 1e6, probeMs: longestTurn, busyMs: longestBusy, gcMs: longestGc, seconds }
  }
}

function cpuMs() {
  const { user, system } = readCpu()
  return (user + system) / 1_000
}
