import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api'

/** Which end of a conversation a span is: who answers, who asks, or neither. */
export type SpanSide = 'server' | 'client' | 'internal'

/** What a span is besides its name. Attributes hold no token, variable, SQL parameter or word of a customer. */
export interface SpanOptions {
  /** `internal` when not given. */
  readonly side?: SpanSide
  readonly attributes?: Attributes
  /** Where it belongs: under what is going on (when not given), or at the top of a trace of its own. */
  readonly parent?: Context | 'none'
  /** Spans of other traces that led to it. */
  readonly links?: readonly SpanContext[]
}

/** A span that goes on; null when nothing is traced. */
export type OpenSpan = Span | null

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const

/** Null while there is no SDK: then not even the API's empty spans are made. */
let tracer: Tracer | null = null

/** Makes spans from now on, by the SDK that is registered. Disposing ends it. */
export function turnTracingOn(): Disposable {
  tracer = trace.getTracerProvider().getTracer('switchboard')
  return { [Symbol.dispose]: () => void (tracer = null) }
}

/** True while spans are made, so that nothing is prepared for them in vain. */
export const isTracing = (): boolean => tracer !== null

/** Opens a span that is not what is going on: see {@link within}. Whoever opens it ends it. */
export function openSpan(name: string, options: SpanOptions): OpenSpan {
  if (tracer === null) return null
  const { side = 'internal', attributes = {}, parent, links = [] } = options
  const kind = KINDS[side]
  const above = parent === 'none' ? ROOT_CONTEXT : (parent ?? context.active())
  return tracer.startSpan(name, { kind, attributes, links: links.map((each) => ({ context: each })) }, above)
}

/** Does work, and all that it waits for, under a span. */
export function within<T>(span: OpenSpan, work: () => T): T {
  return span === null ? work() : context.with(trace.setSpan(ROOT_CONTEXT, span), work)
}

/** Ends a span, with the failure there was. Of a failure its code is told, or its class: words may quote a customer. */
export function endSpan(span: OpenSpan, failure?: unknown): void {
  if (span === null) return
  if (failure !== undefined) failSpan(span, codeOf(failure))
  span.end()
}

/** Marks a span as failed, by a code such as `TIMEOUT`. */
export function failSpan(span: OpenSpan, code: string): void {
  span?.setAttribute('error.type', code).setStatus({ code: SpanStatusCode.ERROR })
}

/**
 * Does work in a span, which ends when the work has settled.
 *
 * The work's own answer is handed on, the same promise if it is one. Without an SDK this is the call alone.
 */
export function inSpan<T>(name: string, options: SpanOptions, work: (span: OpenSpan) => T): T {
  const span = openSpan(name, options)
  if (span === null) return work(null)
  try {
    const answer = within(span, () => work(span))
    if (answer instanceof Promise) {
      answer.then(
        () => endSpan(span),
        (failure: unknown) => endSpan(span, failure),
      )
    } else endSpan(span)
    return answer
  } catch (failure) {
    endSpan(span, failure)
    throw failure
  }
}

/** The same, but only under a span: for what is asked for again and again, and then by nobody in particular. */
export function inSpanBelow<T>(name: string, options: SpanOptions, work: (span: OpenSpan) => T): T {
  return isTracing() && trace.getSpanContext(context.active()) !== undefined ? inSpan(name, options, work) : work(null)
}

function codeOf(failure: unknown): string {
  if (!(failure instanceof Error)) return '_OTHER'
  return 'code' in failure && typeof failure.code === 'string' ? failure.code : failure.name
}

/** The span under which whatever runs now runs; null when there is none. */
export function spanNow(): SpanContext | null {
  return isTracing() ? (trace.getSpanContext(context.active()) ?? null) : null
}

/** The headers that carry a W3C trace context. */
export interface TraceHeaders {
  readonly traceparent?: string | undefined
  readonly tracestate?: string | undefined
}

/** The headers that tell a service of ours under which span it works; null when nothing is traced. */
export function traceHeaders(): Record<string, string> | null {
  if (!isTracing()) return null
  const headers: Record<string, string> = {}
  propagation.inject(context.active(), headers)
  return headers
}

/** The place that a caller's headers name; the top of a new trace when they name none. Nothing else is taken of them. */
export function readTraceHeaders({ traceparent, tracestate }: TraceHeaders): Context {
  if (!isTracing() || traceparent === undefined) return ROOT_CONTEXT
  return propagation.extract(ROOT_CONTEXT, { traceparent, ...(tracestate !== undefined && { tracestate }) })
}
