import type { Attributes, Meter, MetricOptions } from '@opentelemetry/api'

/**
 * Counts by attributes, in plain numbers, which an observable counter reads. To count costs a
 * look-up in a map, and nothing of an SDK.
 */
export interface Tally {
  readonly add: (attributes: Attributes, count?: number) => void
}

interface Line {
  readonly attributes: Attributes
  count: number
}

/** What a tally is reported as. */
export interface TallyOptions extends MetricOptions {
  readonly meter: Meter
  readonly name: string
  /** The attributes that all its lines have. */
  readonly common: Attributes
  /** A line that is counted elsewhere, for the hottest path. */
  readonly hot?: { readonly attributes: Attributes; readonly count: () => number }
}

/**
 * The limit of combinations of attributes. There are some dozens, because all values come from
 * closed lists or from options. It keeps an unforeseen one from filling the memory.
 */
const maxLines = 1_000

/** Returns a tally in which nothing is counted, and reports it by an observable counter. */
export function createTally({ meter, name, common, hot, ...options }: TallyOptions): Tally {
  const lines = new Map<string, Line>()

  meter.createObservableCounter(name, options).addCallback((result) => {
    if (hot !== undefined) result.observe(hot.count(), { ...common, ...hot.attributes })
    for (const { attributes, count } of lines.values()) result.observe(count, attributes)
  })

  return {
    add: (attributes, count = 1) => {
      const key = JSON.stringify(attributes)
      const line = lines.get(key)
      if (line !== undefined) line.count += count
      else if (lines.size < maxLines) lines.set(key, { attributes: { ...common, ...attributes }, count })
    },
  }
}
