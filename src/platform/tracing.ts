import {
  type Attributes,
  context,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { VERSION } from './version';

export { SpanKind, type Link } from '@opentelemetry/api';

/**
 * Unless an OpenTelemetry SDK is loaded before Freshet, each call of the tracer does nothing and takes a fraction of a
 * microsecond.
 */
const tracer = trace.getTracer('freshet', VERSION);

export interface SpanOptions {
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  /** Links to the spans of the requests, if several requests share this work. */
  readonly links?: readonly Link[];
  /** The parent span in another process, as returned by {@link traceparent}; the active span by default. */
  readonly parent?: string;
}

/**
 * Runs `work` in a span. If it fails, the span records only the name of the error, because messages may contain
 * personal data.
 */
export function inSpan<T>(name: string, options: SpanOptions, work: () => Promise<T>): Promise<T> {
  const { kind, attributes, links, parent } = options;
  const parentContext =
    parent === undefined ? context.active() : propagation.extract(ROOT_CONTEXT, { traceparent: parent });
  return tracer.startActiveSpan(name, { kind, attributes, links: links && [...links] }, parentContext, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).name });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Records a span without a duration. */
export function recordSpan(name: string, options: Pick<SpanOptions, 'kind' | 'attributes'>): void {
  tracer.startSpan(name, options).end();
}

/** Sets the name and further attributes of the active span, once they are known. */
export function describeSpan(name: string, attributes: Attributes, isFailed = false): void {
  const span = trace.getActiveSpan();
  span?.updateName(name);
  span?.setAttributes(attributes);
  if (isFailed) span?.setStatus({ code: SpanStatusCode.ERROR });
}

/** Returns a link to the active span; `undefined` if tracing is off. */
export function activeLink(): Link | undefined {
  const span = trace.getActiveSpan();
  return span && { context: span.spanContext() };
}

/**
 * Returns the active span as a traceparent header (https://www.w3.org/TR/trace-context/), so that another process can
 * continue it; `undefined` if tracing is off.
 */
export function traceparent(): string | undefined {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
}
