// @ts-check
import { monitorEventLoopDelay, PerformanceObserver, performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'

/**
 * @typedef {{ histogramMs: number, chainMs: number, busyMs: number, gcMs: number, seconds: number
 *   }} Delays the longest of each kind
 */

/** A few ticks of a histogram, in ms. */
export const settleMs = 20

/**
 * The processor time of this thread, if Node can tell it (from 23.9 on), else that of the process.
 */
const readCpu = /** @type {typeof process.cpuUsage} */ (Reflect.get(process, 'threadCpuUsage') ?? process.cpuUsage)

/**
 * Watches the event loop in two ways at once: Node's own histogram (a timer of 1 ms: idle, it reads
 * a little more than 1 ms), and a chain of `setImmediate` that measures each turn of the loop. On a
 * shared machine, a turn also takes long if another process has the core. Therefore the busy time
 * is the smaller one of the duration and the processor time of a turn.
 *
 * @returns {Promise<() => Promise<Delays>>} ends the watch
 */
export async function watchLoop() {
  const histogram = await startHistogram()
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
    // Collections before the watch were requested, to read the heap.
    for (const { startTime, duration } of list.getEntries()) {
      if (startTime >= startedAt) longestGc = Math.max(longestGc, duration)
    }
  })

  observer.observe({ entryTypes: ['gc'] })
  setImmediate(turn)
  return async () => {
    isWatching = false
    const seconds = (performance.now() - startedAt) / 1_000
    // Observers are called in a later turn, and so is the histogram.
    await setTimeout(settleMs)
    histogram.disable()
    observer.disconnect()
    return { histogramMs: histogram.max / 1e6, chainMs: longestTurn, busyMs: longestBusy, gcMs: longestGc, seconds }
  }
}

/**
 * Returns a histogram that sees the next turn. It measures from one tick of its timer to the next,
 * so it would miss a turn before its first tick, or after its last.
 */
export async function startHistogram() {
  const histogram = monitorEventLoopDelay({ resolution: 1 })
  histogram.enable()
  await setTimeout(settleMs)
  return histogram
}

function cpuMs() {
  const { user, system } = readCpu()
  return (user + system) / 1_000
}
