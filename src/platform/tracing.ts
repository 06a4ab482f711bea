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

/** Does nothing, in a fraction of a microsecond, until somebody loads an SDK before Freshet. */
const tracer = trace.getTracer('freshet', VERSION);

export interface SpanOptions {
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  /** Others that this is done for, too. */
  readonly links?: readonly Link[];
  /** What it is part of, as {@link traceparent} gave it: from another process. Unless it is said, what is under way here. */
  readonly parent?: string;
}

/** Does some work as a span; one that fails says so, by its error's name alone: messages may hold what is nobody's concern. */
export function inSpan<T>(name: string, options: SpanOptions, work: () => Promise<T>): Promise<T> {
  const { kind, attributes, links, parent } = options;
  const within = parent === undefined ? context.active() : propagation.extract(ROOT_CONTEXT, { traceparent: parent });
  return tracer.startActiveSpan(name, { kind, attributes, links: links && [...links] }, within, async (span) => {
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

/** Something that takes no time worth telling. */
export function noteSpan(name: string, options: Pick<SpanOptions, 'kind' | 'attributes'>): void {
  tracer.startSpan(name, options).end();
}

/** Says of the span under way what was not known when it began. */
export function describeSpan(name: string, attributes: Attributes, isFailed = false): void {
  const span = trace.getActiveSpan();
  span?.updateName(name);
  span?.setAttributes(attributes);
  if (isFailed) span?.setStatus({ code: SpanStatusCode.ERROR });
}

/** The span under way, for others to be linked to; nothing where nobody traces. */
export function activeLink(): Link | undefined {
  const span = trace.getActiveSpan();
  return span && { context: span.spanContext() };
}

/** The span under way, for another process to go on with (https://www.w3.org/TR/trace-context/); nothing where nobody traces. */
export function traceparent(): string | undefined {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
}
