import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ObservedOperation, OperationObserver } from '../graphql/operation-observer';

/** Upper bounds of latency buckets in seconds, fine enough for lists (milliseconds) and large imports (a second). */
export const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Metrics of the GraphQL operations of this process. */
export class OperationMetrics implements OperationObserver {
  private readonly duration: Histogram<'type' | 'field'>;
  private readonly errors: Counter<'field' | 'code'>;
  private readonly subscriptions: Gauge<'field'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.duration = new Histogram({
      name: 'freshet_graphql_operation_duration_seconds',
      help: 'Duration of GraphQL operations by type and root field, without cached responses',
      labelNames: ['type', 'field'],
      buckets: BUCKETS,
      registers,
    });
    this.errors = new Counter({
      name: 'freshet_graphql_errors_total',
      help: 'Errors in GraphQL responses, by root field and code',
      labelNames: ['field', 'code'],
      registers,
    });
    this.subscriptions = new Gauge({
      name: 'freshet_graphql_subscriptions_active',
      help: 'Open subscriptions, by field',
      labelNames: ['field'],
      registers,
    });
  }

  onAnswered({ type, field }: ObservedOperation, seconds: number, codes: readonly string[]): void {
    this.duration.observe({ type, field }, seconds);
    for (const code of codes) this.errors.inc({ field, code });
  }

  onSubscribed({ field }: ObservedOperation): () => void {
    this.subscriptions.inc({ field });
    let open = true;
    return () => {
      if (open) this.subscriptions.dec({ field });
      open = false;
    };
  }
}
