import { context, type Meter, type Tracer } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'

/** A value that was exported, with its attributes. */
interface Point {
  readonly attributes: Readonly<Record<string, unknown>>
  /** A number, or what a histogram has. */
  readonly value: unknown
}

/** The SDK of OpenTelemetry, which exports to memory. */
export interface Sdk {
  /** The options that make something report to it. */
  readonly into: { readonly meter: Meter; readonly tracer: Tracer }
  /** Returns what a metric says now. */
  readonly points: (metric: string) => Promise<readonly Point[]>
  /** Returns the sum of the numbers that have these attributes. */
  readonly count: (metric: string, attributes?: Readonly<Record<string, unknown>>) => Promise<number>
  readonly spans: () => readonly ReadableSpan[]
  /** Returns the metrics as an exporter gets them. */
  readonly resourceMetrics: () => Promise<ResourceMetrics>
  /** Returns all metrics and spans as an exporter gets them. */
  readonly everything: () => Promise<unknown>
}

/** Starts an SDK that only the caller uses. The active span is found across promises. */
export function startSdk(): Sdk {
  // The first one stays: it is that of the process.
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const meter = new MeterProvider({ readers: [reader] }).getMeter('test')
  const spans = new InMemorySpanExporter()
  const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).getTracer('test')

  async function resourceMetrics(): Promise<ResourceMetrics> {
    const { resourceMetrics: collected, errors } = await reader.collect()
    if (errors.length > 0) throw new AggregateError(errors, 'The metrics could not be collected.')
    return collected
  }

  async function collect() {
    return (await resourceMetrics()).scopeMetrics.flatMap(({ metrics }) => metrics)
  }

  async function points(metric: string): Promise<readonly Point[]> {
    return (await collect())
      .filter(({ descriptor }) => descriptor.name === metric)
      .flatMap(({ dataPoints }) => dataPoints.map(({ attributes, value }) => ({ attributes, value })))
  }

  return {
    into: { meter, tracer },
    points,
    count: async (metric, attributes = {}) => {
      const all = await points(metric)
      const fitting = all.filter((point) => isPartOf(attributes, point.attributes))
      return fitting.reduce((sum, { value }) => sum + (typeof value === 'number' ? value : countOf(value)), 0)
    },
    spans: () => spans.getFinishedSpans(),
    resourceMetrics,
    everything: async () => [
      await collect(),
      spans.getFinishedSpans().map(({ name, attributes, events, status, links, resource }) => {
        return { name, attributes, events, status, links, resource: resource.attributes }
      }),
    ],
  }
}

function isPartOf(part: Readonly<Record<string, unknown>>, whole: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(part).every(([name, value]) => whole[name] === value)
}

function countOf(histogram: unknown): number {
  return Number((histogram as { readonly count?: number }).count)
}
