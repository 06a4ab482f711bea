import type { OrderInput } from '../orders/order-input.type';
import { MAX_LINES_TOGETHER, MAX_ORDERS } from '../orders/order.service';
import type { ImportTarget, Written } from './import-target';
import { naming } from './json-line';
import type { SourceLine } from './rejects-file';

/** Lines of one order in one write; what is more goes into the next. */
const MAX_ORDER_LENGTH = 2_000;

interface Gathered {
  readonly order: OrderInput;
  readonly lines: SourceLine[];
}

/**
 * Gathers orders, and with `joins` the lines of one order that follow each other, and writes them in bounded batches, one
 * after the other: what is said of an order later counts.
 */
export class OrderBatches {
  private gathered: Gathered[] = [];
  private orderLines = 0;

  constructor(
    private readonly options: {
      readonly target: ImportTarget;
      readonly joins: boolean;
      /** Order lines in one write. */
      readonly size: number;
      readonly tell: (written: Written, lines: readonly SourceLine[]) => Promise<void>;
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
    const { target, joins, tell } = this.options;
    const recorded = await target.orders(gathered.map(({ order }) => order));
    // A shop that has said something newer of an order since keeps it.
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
    await tell({ imported, unchanged: lines.length - rejected.length - imported, rejected }, lines);
  }

  private isFull(): boolean {
    return this.gathered.length >= MAX_ORDERS || this.orderLines >= this.options.size;
  }
}
