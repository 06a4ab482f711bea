import type { OrderInput } from '../orders/order-input.type';
import { MAX_LINES_TOGETHER, MAX_ORDERS } from '../orders/order.service';
import type { ImportTarget, Written } from './import-target';
import { naming } from './json-line';
import type { SourceLine } from './rejects-file';

/** Maximum number of lines of one order in one write. Further lines go into the next write. */
const MAX_ORDER_LENGTH = 2_000;

interface Gathered {
  readonly order: OrderInput;
  readonly lines: SourceLine[];
}

/**
 * Collects orders and writes them in bounded batches. With `joins`, adjacent lines of one order become one order.
 * Batches are written one after the other, because later data of an order overrides earlier data.
 */
export class OrderBatches {
  private gathered: Gathered[] = [];
  private orderLines = 0;

  constructor(
    private readonly options: {
      readonly target: ImportTarget;
      readonly joins: boolean;
      /** Number of order lines at which a batch is written. */
      readonly size: number;
      readonly onWritten: (written: Written, lines: readonly SourceLine[]) => Promise<void>;
    },
  ) {}

  async add(line: SourceLine, order: OrderInput): Promise<void> {
    const last = this.gathered.at(-1);
    const lines = order.lines ?? [];
    const joins =
      this.options.joins && last?.order.id === order.id && (last.order.lines ?? []).length < MAX_ORDER_LENGTH;
    if (!joins && (this.isFull() || this.orderLines + lines.length > MAX_LINES_TOGETHER)) await this.flush();
    this.orderLines += lines.length;
    if (!joins || !last) return void this.gathered.push({ order: { ...order, lines: [...lines] }, lines: [line] });
    last.order.lines?.push(...lines);
    last.order.updatedAt = order.updatedAt;
    last.lines.push(line);
  }

  async flush(): Promise<void> {
    const { gathered } = this;
    if (gathered.length === 0) return;
    this.gathered = [];
    this.orderLines = 0;
    const { target, joins, onWritten } = this.options;
    const recorded = await target.orders(gathered.map(({ order }) => order));
    // STALE is no rejection: the shop has newer data of the order.
    const failed = recorded.errors.filter(({ code }) => code !== 'STALE');
    const lines = gathered.flatMap((each) => each.lines);
    const places = new Map(lines.map((line, place) => [line, place]));
    const rejected = failed.flatMap(({ index, code, message, path }) =>
      gathered[index].lines.map((line) => ({
        index: places.get(line) ?? 0,
        reason: code,
        message: naming(path, message),
      })),
    );
    const imported = joins ? recorded.changedLines : recorded.accepted - recorded.unchanged;
    await onWritten({ imported, unchanged: lines.length - rejected.length - imported, rejected }, lines);
  }

  private isFull(): boolean {
    return this.gathered.length >= MAX_ORDERS || this.orderLines >= this.options.size;
  }
}
