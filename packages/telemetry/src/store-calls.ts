import type { Attributes, Span } from '@opentelemetry/api'
import { type Channel, channelOf } from './channels.ts'
import { errorTypeOf } from './error-type.ts'
import type { Instrumentation } from './options.ts'
import { endSpan, startSpan, within } from './spans.ts'

// Every JavaScript runtime has it, but the library of the language does not declare it.
declare const performance: { now(): number }

/** A call of a store. */
interface StoreCall {
  readonly operation: string
  /** The number of keys, marks or sessions of the call. `undefined` if it has no batch. */
  readonly size?: number | undefined
  /** False for calls that are made all the time, such as the reads of a change log. */
  readonly hasSpan?: boolean
}

/** Measures calls of one store. */
export interface StoreCalls {
  /** Makes a call, and settles as it does. */
  readonly observe: <Result>(call: StoreCall, make: () => Result | Promise<Result>) => Promise<Result>
  /** Begins to measure a call that has been made, or is about to be. */
  readonly begin: (call: StoreCall) => BegunCall
}

/** A call that is being measured. */
export interface BegunCall {
  /** Runs a function in the span of the call. */
  readonly run: <Result>(make: () => Result) => Result
  /** Ends the measurement, once. */
  readonly end: (failure?: { readonly error: unknown }) => void
}

/** In seconds: from a look-up on the same machine to the longest deadline. */
const durationBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Up to 500, the number of targets of a slice. */
const sizeBounds = [1, 2, 3, 4, 5, 10, 25, 50, 100, 250, 500]

/** Returns what measures the calls of a store of that name. */
export function createStoreCalls({ meter, tracer }: Instrumentation, storeName: string): StoreCalls {
  const duration = meter.createHistogram('revoked.store.operation.duration', {
    description: 'How long calls of a store take that are not answered in memory.',
    unit: 's',
    advice: { explicitBucketBoundaries: durationBounds },
  })
  const batchSize = meter.createHistogram('revoked.store.batch.size', {
    description: 'How many keys such a call has.',
    unit: '{key}',
    advice: { explicitBucketBoundaries: sizeBounds },
  })
  const channel: Channel = channelOf('revoked:store')

  function begin({ operation, size, hasSpan = true }: StoreCall): BegunCall {
    const attributes: Attributes = { 'revoked.store.name': storeName, 'revoked.store.operation': operation }
    const span: Span | undefined = hasSpan
      ? startSpan(tracer, `revoked.store ${operation}`, {
          ...attributes,
          ...(size !== undefined && { 'revoked.store.batch.size': size }),
        })
      : undefined
    const startedAt = performance.now()
    return {
      run: (make) => (span === undefined ? make() : within(span, make)),
      end: (failure) => {
        const seconds = (performance.now() - startedAt) / 1_000
        const errorType = failure && errorTypeOf(failure.error)
        const outcome = errorType === undefined ? attributes : { ...attributes, 'error.type': errorType }
        duration.record(seconds, outcome)
        if (size !== undefined) batchSize.record(size, attributes)
        if (span !== undefined) endSpan(span, errorType)
        if (channel.hasSubscribers) channel.publish({ ...outcome, 'revoked.store.operation.duration': seconds })
      },
    }
  }

  return {
    begin,
    observe: async (call, make) => {
      const begun = begin(call)
      try {
        const result = await begun.run(make)
        begun.end()
        return result
      } catch (error) {
        begun.end({ error })
        throw error
      }
    },
  }
}
