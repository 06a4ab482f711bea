import type { OrderInput } from '../orders/order-input.type';
import { MAX_LINES_PER_REQUEST, MAX_ORDERS } from '../orders/order.service';
import type { ImportTarget, ImportBatchResult } from './import-target';
import { withFieldName } from './json-line';
import type { SourceLine } from './rejects-file';

/**
 * Maximum number of order lines in one item of a batch. Further lines of the same order start another item, whose lines
 * are added to the order.
 */
const MAX_ORDER_LENGTH = 2_000;

interface CollectedOrder {
  readonly order: OrderInput;
  readonly lines: SourceLine[];
}

/**
 * Collects orders and writes them in bounded batches. With `joins`, each item is an order with one line, and adjacent
 * items of the same order are joined. Batches are written one after the other, because later data of an order overrides
 * earlier data.
 */
export class OrderBatches {
  private collected: CollectedOrder[] = [];
  private orderLines = 0;

  constructor(
    private readonly options: {
      readonly target: ImportTarget;
      readonly joins: boolean;
      /** Number of order lines at which a batch is written. */
      readonly size: number;
      readonly onWritten: (written: ImportBatchResult, lines: readonly SourceLine[]) => Promise<void>;
    },
  ) {}

  async add(line: SourceLine, order: OrderInput): Promise<void> {
    const last = this.collected.at(-1);
    const lines = order.lines ?? [];
    const joinsLast =
      this.options.joins && last?.order.id === order.id && (last.order.lines ?? []).length < MAX_ORDER_LENGTH;
    if (!joinsLast && (this.isFull() || this.orderLines + lines.length > MAX_LINES_PER_REQUEST)) await this.flush();
    this.orderLines += lines.length;
    if (!joinsLast || !last) return void this.collected.push({ order: { ...order, lines: [...lines] }, lines: [line] });
    last.order.lines?.push(...lines);
    last.order.updatedAt = order.updatedAt;
    last.lines.push(line);
  }

  async flush(): Promise<void> {
    const { collected } = this;
    if (collected.length === 0) return;
    this.collected = [];
    this.orderLines = 0;
    const { target, joins, onWritten } = this.options;
    const recorded = await target.orders(collected.map(({ order }) => order));
    // STALE is not a rejection: the shop has newer data of the order.
    const failed = recorded.errors.filter(({ code }) => code !== 'STALE');
    const lines = collected.flatMap((each) => each.lines);
    const indexes = new Map(lines.map((line, place) => [line, place]));
    const rejected = failed.flatMap(({ index, code, message, path }) =>
      collected[index]!.lines.map((line) => ({
        index: indexes.get(line) ?? 0,
        reason: code,
        message: withFieldName(path, message),
      })),
    );
    const imported = joins ? recorded.changedLines : recorded.accepted - recorded.unchanged;
    await onWritten({ imported, unchanged: lines.length - rejected.length - imported, rejected }, lines);
  }

  private isFull(): boolean {
    return this.collected.length >= MAX_ORDERS || this.orderLines >= this.options.size;
  }
}
