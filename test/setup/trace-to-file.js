'use strict';

/**
 * Loaded into a process before all other code: an OpenTelemetry SDK that writes each span as a line of JSON to
 * TRACE_FILE.
 */
const { appendFileSync } = require('node:fs');
const { context, propagation } = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const { W3CTraceContextPropagator } = require('@opentelemetry/core');
const { BasicTracerProvider, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base');

const exporter = {
  export(spans, done) {
    for (const span of spans) {
      const { traceId, spanId } = span.spanContext();
      const { name, parentSpanId: parent, attributes, status } = span;
      const links = span.links.map((link) => link.context.traceId);
      const line = { pid: process.pid, name, traceId, spanId, parent, attributes, status: status.code, links };
      appendFileSync(process.env.TRACE_FILE, `${JSON.stringify(line)}\n`);
    }
    done({ code: 0 });
  },
  shutdown: async () => undefined,
};

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
