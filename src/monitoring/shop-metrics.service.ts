import { Gauge, type Registry } from 'prom-client';
import type { Logger } from '../platform/log';
import type { ShopGaugeGroup, ShopSources } from './shop-gauges';

/** Minimum interval between two refreshes. */
const MIN_REFRESH_MS = 1_000;

/** The Prometheus gauges of the whole shop, which have the same values in every process. */
export class ShopMetrics {
  private refreshedAt = -Infinity;
  private refreshing: Promise<void> = Promise.resolve();
  private readonly gauges = new Map<string, Gauge>();

  constructor(
    registry: Registry,
    private readonly groups: readonly ShopGaugeGroup[],
    private readonly sources: ShopSources,
    private readonly log: Logger,
  ) {
    for (const { gauges } of groups) {
      for (const [name, { help, labels = [] }] of Object.entries(gauges))
        this.gauges.set(
          name,
          new Gauge({ name: `freshet_${name}`, help, labelNames: [...labels], registers: [registry] }),
        );
    }
  }

  /** Measures all gauges, at most once per {@link MIN_REFRESH_MS}. A gauge that can't be measured is absent. */
  refresh(): Promise<void> {
    if (performance.now() - this.refreshedAt < MIN_REFRESH_MS) return this.refreshing;
    this.refreshedAt = performance.now();
    return (this.refreshing = Promise.all(this.groups.map((group) => this.update(group))).then(() => undefined));
  }

  private async update({ gauges, measure }: ShopGaugeGroup): Promise<void> {
    const values: [string, number, Readonly<Record<string, string>>][] = [];
    try {
      await measure((name, value, labels = {}) => values.push([name, value, labels]), this.sources);
    } catch (error) {
      this.log.warn({ metrics: Object.keys(gauges), error: (error as Error).message }, 'not measured');
    }
    for (const [name, { labels }] of Object.entries(gauges)) this.clear(name, labels !== undefined);
    for (const [name, value, labels] of values) this.gauges.get(name)?.set(labels, value);
  }

  /** Makes a gauge absent from the metrics. `reset()` would set a gauge without labels to 0 instead. */
  private clear(name: string, isLabelled: boolean): void {
    const gauge = this.gauges.get(name);
    if (isLabelled) gauge?.reset();
    else gauge?.remove();
  }
}
