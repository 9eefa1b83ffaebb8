import { type Attributes, context, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import { failureTypeOf } from './error-type.ts'

/**
 * Starts a span under the active one. It is not of the kind `CLIENT`: the span of the client of the
 * database, which nests under it, is.
 */
export function startSpan(tracer: Tracer, name: string, attributes: Attributes): Span {
  return tracer.startSpan(name, { kind: SpanKind.INTERNAL, attributes })
}

/** Calls a function for which the span is the active one. */
export function within<Result>(span: Span, call: () => Result): Result {
  return context.with(trace.setSpan(context.active(), span), call)
}

/**
 * Ends a span with the type of the error, if there is one. The error is not recorded: its message
 * and its stack may have an id or a host.
 */
export function endSpan(span: Span, errorType?: string): void {
  if (errorType !== undefined) {
    span.setAttribute('error.type', errorType)
    span.setStatus({ code: SpanStatusCode.ERROR })
  }
  span.end()
}

/** Settles as the call does, in a span. */
export async function inSpan<Result>(
  { tracer, name, attributes }: { readonly tracer: Tracer; readonly name: string; readonly attributes: Attributes },
  call: (span: Span) => Promise<Result>,
): Promise<Result> {
  const span = startSpan(tracer, name, attributes)
  try {
    const result = await within(span, () => call(span))
    endSpan(span)
    return result
  } catch (error) {
    endSpan(span, failureTypeOf(error))
    throw error
  }
}
