import { appendTo } from '../learn/group-by';
import type { OrderInput } from '../orders/order-input.type';
import { MAX_LINES_PER_REQUEST, MAX_ORDERS } from '../orders/order.service';
import type { ImportTarget, ImportBatchResult } from './import-target';
import { withFieldName } from './json-line';
import type { ParsedLine } from './import-file';

/**
 * Maximum number of order lines in one item of a batch. Further lines of the same order start another item, whose lines
 * are added to the order.
 */
const MAX_ORDER_LENGTH = 2_000;

interface CollectedOrder {
  readonly order: OrderInput;
  /** The ids of its order lines. */
  readonly ids: Set<string>;
  readonly lines: ParsedLine[];
}

/**
 * Collects orders and writes them in bounded batches. With `joins`, each line of the file is an order with one line, and
 * those of the same order in a batch are joined if they say the same about it: that is faster. A batch is written while
 * the next one is collected. Batches are written one after the other, because later data of an order overrides earlier
 * data.
 */
export class OrderBatches {
  private collected: CollectedOrder[] = [];
  /** With `joins`, the items of each order in the batch. */
  private byId = new Map<string, CollectedOrder[]>();
  private orderLines = 0;
  /** The batch that is being written. If that failed, the next use throws the error. */
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: {
      readonly target: ImportTarget;
      readonly joins: boolean;
      /** Number of order lines at which a batch is written. */
      readonly size: number;
      readonly onWritten: (written: ImportBatchResult, lines: readonly ParsedLine[]) => Promise<void>;
    },
  ) {}

  async add(line: ParsedLine, order: OrderInput): Promise<void> {
    const lines = order.lines ?? [];
    const joined = this.options.joins ? this.byId.get(order.id)?.at(-1) : undefined;
    const isJoined = joined !== undefined && canJoin(joined, order);
    const isTooMany = this.orderLines + lines.length > MAX_LINES_PER_REQUEST;
    if (this.collected.length > 0 && (isTooMany || (!isJoined && this.isFull()))) {
      await this.start();
      return this.add(line, order);
    }
    this.orderLines += lines.length;
    if (isJoined) {
      joined.order.lines?.push(...lines);
      for (const { id } of lines) joined.ids.add(id);
      joined.lines.push(line);
      return;
    }
    const item = { ...collectedOrder(line, order), order: { ...order, lines: [...lines] } };
    this.collected.push(item);
    if (!this.options.joins) return;
    appendTo(this.byId, order.id, item);
  }

  /** Writes what is collected. Resolves when everything is written. */
  async flush(): Promise<void> {
    await this.start();
    await this.writing;
  }

  /** Starts to write the collected batch, when the batch before is written. */
  private async start(): Promise<void> {
    await this.writing;
    const { collected, byId } = this;
    if (collected.length === 0) return;
    this.collected = [];
    this.byId = new Map();
    this.orderLines = 0;
    this.writing = this.writeAll(collected, byId);
    // Until the next use throws its error, it must not be an unhandled rejection.
    this.writing.catch(() => undefined);
  }

  private async writeAll(
    collected: readonly CollectedOrder[],
    byId: ReadonlyMap<string, readonly CollectedOrder[]>,
  ): Promise<void> {
    // Where lines of an order contradict each other, each is judged with what the lines before it have said.
    const items = collected.flatMap((item) =>
      (byId.get(item.order.id)?.length ?? 1) > 1 ? singleLines(item) : [item],
    );
    const refused: CollectedOrder[] = [];
    for (let at = 0; at < items.length; at += MAX_ORDERS)
      refused.push(...(await this.write(items.slice(at, at + MAX_ORDERS))));
    // One line at fault must not hide the others of its order: they are written one by one.
    const single = refused.flatMap(singleLines);
    for (let at = 0; at < single.length; at += MAX_ORDERS) await this.write(single.slice(at, at + MAX_ORDERS));
  }

  /**
   * Writes orders, and counts their lines.
   * @returns the refused orders of several lines: their lines are not counted, because they can be written one by one
   */
  private async write(collected: readonly CollectedOrder[]): Promise<CollectedOrder[]> {
    const { target, joins, onWritten } = this.options;
    const recorded = await target.orders(collected.map(({ order }) => order));
    // STALE is not a rejection: the shop has newer data of the order.
    const failed = recorded.errors.filter(({ code }) => code !== 'STALE');
    const again = new Set(failed.map(({ index }) => collected[index]!).filter(({ lines }) => lines.length > 1));
    const lines = collected.filter((order) => !again.has(order)).flatMap((order) => order.lines);
    const indexes = new Map(lines.map((line, place) => [line, place]));
    const rejected = failed
      .filter(({ index }) => !again.has(collected[index]!))
      .flatMap(({ index, code, message, path }) =>
        collected[index]!.lines.map((line) => ({
          index: indexes.get(line) ?? 0,
          reason: code,
          message: withFieldName(path, message),
        })),
      );
    const imported = joins ? recorded.changedLines : recorded.accepted - recorded.unchanged;
    await onWritten({ imported, unchanged: lines.length - rejected.length - imported, rejected }, lines);
    return [...again];
  }

  private isFull(): boolean {
    return this.collected.length >= MAX_ORDERS || this.orderLines >= this.options.size;
  }
}

function collectedOrder(line: ParsedLine, order: OrderInput): CollectedOrder {
  return { order, ids: new Set(order.lines?.map(({ id }) => id)), lines: [line] };
}

/** Splits joined lines into orders with one line each, as the file has them. */
function singleLines({ lines }: CollectedOrder): CollectedOrder[] {
  return lines.flatMap((line) => ('order' in line.item ? [collectedOrder(line, line.item.order)] : []));
}

/** Whether a line of a file says the same about its order as those before it: only then may they be written as one. */
function canJoin({ order, ids }: CollectedOrder, next: OrderInput): boolean {
  const [first, added] = [order.lines?.[0], next.lines?.[0]];
  return (
    ids.size < MAX_ORDER_LENGTH &&
    order.kind === next.kind &&
    order.customerId === next.customerId &&
    order.sessionId === next.sessionId &&
    order.updatedAt?.getTime() === next.updatedAt?.getTime() &&
    first?.unitPrice?.currency === added?.unitPrice?.currency &&
    !(added !== undefined && ids.has(added.id))
  );
}
