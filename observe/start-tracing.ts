import { context, diag, DiagLogLevel, propagation, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace-node'
import { turnTracingOn } from './trace.ts'

type MakeSampler = (ratio: number) => Sampler

/**
 * The samplers of the specification that need nothing but this process.
 * Source: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ (2026-11-21).
 */
const SAMPLERS = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: (ratio) => new TraceIdRatioBasedSampler(ratio),
  parentbased_always_on: () => new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  parentbased_always_off: () => new ParentBasedSampler({ root: new AlwaysOffSampler() }),
  parentbased_traceidratio: (ratio) => new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
} as const satisfies Readonly<Record<string, MakeSampler>>

/** How long a batch may take, trying again included: a process that ends waits for its last one. */
const PATIENCE_MS = 3_000

/** Where spans go, and which of them. */
export interface TracingSettings {
  /** The whole address that takes spans, such as `http://localhost:4318/v1/traces`. */
  readonly url: string
  /** Sent along, for collectors that want to know who sends. */
  readonly headers: Readonly<Record<string, string>>
  readonly serviceName: string
  /** As `OTEL_TRACES_SAMPLER` spells it. */
  readonly sampler: keyof typeof SAMPLERS
  /** Which part of the traces is kept, from 0 to 1, by the samplers that ask for it. */
  readonly ratio: number
}

/**
 * Loads the OpenTelemetry SDK and sends spans by OTLP over HTTP, as JSON, in batches.
 *
 * A collector that does not answer costs the spans of its time, and a line of the log for each batch; nothing else
 * notices. Disposing sends what is left.
 *
 * @param warn hears why spans were not taken
 */
export function startTracing(settings: TracingSettings, warn: (line: string) => void): AsyncDisposable {
  const hear = (line: string): void => warn(`tracing: ${line}`)
  const silent = (): void => undefined
  diag.setLogger({ error: hear, warn: hear, info: silent, debug: silent, verbose: silent }, DiagLogLevel.WARN)
  const exporter = new OTLPTraceExporter({
    url: settings.url,
    headers: { ...settings.headers },
    timeoutMillis: PATIENCE_MS,
  })
  const provider = new NodeTracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': settings.serviceName })),
    sampler: SAMPLERS[settings.sampler](settings.ratio),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  })
  provider.register()
  const on = turnTracingOn()
  return {
    async [Symbol.asyncDispose]() {
      on[Symbol.dispose]()
      await provider.shutdown().catch((error: unknown) => hear(`the last spans were not taken: ${String(error)}`))
      for (const api of [trace, context, propagation, diag]) api.disable()
    },
  }
}
