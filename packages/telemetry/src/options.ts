import { createNoopMeter, type Meter, metrics, type Tracer, trace } from '@opentelemetry/api'
import { assertKnownOptions, type OptionNames } from '@revoked/core'

/**
 * The options that every function of this package has.
 *
 * @example
 * ```ts
 * import { metrics, trace } from '@opentelemetry/api'
 * import type { TelemetryOptions } from '@revoked/telemetry'
 *
 * // The meter and the tracer of a service that has several.
 * const options: TelemetryOptions = { meter: metrics.getMeter('billing'), tracer: trace.getTracer('billing') }
 * ```
 */
export interface TelemetryOptions {
  /**
   * Creates the instruments. Default: a meter of the registered provider. The API of OpenTelemetry
   * has no instruments that begin later, so register the SDK before this call.
   */
  readonly meter?: Meter
  /** Starts the spans. Default: a tracer of the registered provider. */
  readonly tracer?: Tracer
  /**
   * Tells several of a kind in one process apart. Two with the same name, or without one, report as
   * one, and their counts replace each other. It becomes an attribute: give a constant.
   */
  readonly name?: string
}

/** The meter and the tracer to use. */
export interface Instrumentation {
  readonly meter: Meter
  readonly tracer: Tracer
  readonly name: string | undefined
}

/** The name of the instrumentation scope. */
const scopeName = '@revoked/telemetry'

/** A name is an attribute of every metric, so it is short. */
const maxNameLength = 64

/** The names of {@link TelemetryOptions}. */
export const telemetryOptionNames: OptionNames<TelemetryOptions> = { meter: true, tracer: true, name: true }

/**
 * Returns the meter and the tracer of the options, or those of the registered providers.
 *
 * @throws TypeError for a wrong option.
 */
export function readTelemetryOptions(
  options: TelemetryOptions,
  names: OptionNames<object> = telemetryOptionNames,
): Instrumentation {
  assertKnownOptions(options, names)
  const { meter = metrics.getMeter(scopeName), tracer = trace.getTracer(scopeName), name } = options
  if (typeof meter?.createHistogram !== 'function')
    throw new TypeError('meter must be a Meter of @opentelemetry/api, such as metrics.getMeter(name) returns.')
  if (typeof tracer?.startSpan !== 'function')
    throw new TypeError('tracer must be a Tracer of @opentelemetry/api, such as trace.getTracer(name) returns.')
  if (name !== undefined && (typeof name !== 'string' || name === '' || name.length > maxNameLength))
    throw new TypeError(`name must be a string of 1 to ${maxNameLength} characters.`)
  return { meter, tracer, name }
}

/** Returns true for the meter of the API, which an application without an SDK has. */
export function isNoopMeter(meter: Meter): boolean {
  return meter === createNoopMeter()
}

/**
 * Asserts that a value has methods, for callers in plain JavaScript.
 *
 * @throws TypeError naming the first one that is missing.
 */
export function assertMethods(value: unknown, what: string, methods: readonly string[]): void {
  for (const method of methods) {
    if (typeof value !== 'object' || value === null || typeof Reflect.get(value, method) !== 'function')
      throw new TypeError(`${what}, but has no ${method} method.`)
  }
}
