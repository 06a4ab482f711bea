import type { ProductInput } from '../catalog/product.type';
import type { StoredEvent } from '../events/stored-event';
import type { OrderInput } from '../orders/order-input.type';
import { type FacetLimitReport, FacetLimitCounter } from './facet-limits';
import type { ImportTarget, ImportBatchResult } from './import-target';
import { DamagedFileError, type FileLine, UnreadableLine } from './lines';
import { OrderBatches } from './order-batches';
import { messageWithoutNames } from './without-names';
import { type ExpectedFile, detectWrongFile, SAMPLE_LINES } from './wrong-file';
import { ProductMentions, type UnknownProducts } from './product-mentions';
import { RepeatCounter } from './repeat-counter';
import type { RejectsFile, SourceLine } from './rejects-file';
import type { ImportedShipment } from './imported-shipment';

/** One parsed line of a file: an item, or the reason why the line is rejected. */
export type ImportLine =
  | { readonly line: number; readonly event: StoredEvent }
  | { readonly line: number; readonly product: ProductInput }
  | { readonly line: number; readonly order: OrderInput }
  | { readonly line: number; readonly shipment: ImportedShipment }
  | { readonly line: number; readonly rejected: string; readonly message: string };

/** A line of the file with what it says. */
export interface ParsedLine extends SourceLine {
  readonly item: ImportLine;
}

/** Parses a file line by line. `read` returns `undefined` for a line without data (a header, an empty line). */
export interface LineReader {
  read(text: string): ImportLine | undefined;
  /** Counts a line that can't be read as text. @returns its number, from 1 @throws Error if nothing can be read without it */
  skip(line: UnreadableLine): number;
  /** Whether each line is an order line, so that adjacent lines of one order are joined. */
  readonly joinsOrders?: boolean;
  /** Products aggregated from all lines, if the format has them. */
  products?(): ProductInput[];
  /** Returns a rejected line without names of people. If it is omitted, rejected lines are listed as they are. */
  withoutNames?(text: string): string;
}

export interface ImportResult {
  readonly lines: number;
  readonly imported: number;
  readonly rejected: number;
  readonly unchanged: number;
  /** Number of rejected lines by reason. */
  readonly reasons: Readonly<Record<string, number>>;
  /** The first few rejected lines. */
  readonly firstRejected: readonly RejectedLine[];
  /** Number of distinct products that the events or orders name. */
  readonly productsNamed: number;
  readonly unknownProducts: UnknownProducts;
  /** Products that were aggregated from the lines and refused, with the reason. */
  readonly refusedProducts: readonly { readonly id: string; readonly message: string }[];
  /** Number of lines whose product, or line of an order, an earlier line has too: the last one counts. */
  readonly repeated: number;
  /** Why the file was not read to its end, if it was not. What had been read was imported. */
  readonly damage?: string;
  /** Attribute values that search facets omit, because they are too long or too many. */
  readonly beyondFacets: FacetLimitReport;
}

interface RejectedLine {
  readonly line: number;
  readonly message: string;
}

/** The file does not have the kind or format that the command names. The message says what it seems to be. */
class WrongFileError extends Error {}

const EVENTS_PER_BATCH = 5_000;
const PRODUCTS_PER_BATCH = 1_000;
const SHIPMENTS_PER_BATCH = 1_000;
/** A batch with this many order lines is full. */
const ORDER_LINES_PER_BATCH = 3_000;
/**
 * Batches of events may be written concurrently. Products are written in order, because the last line of a product
 * wins.
 */
const MAX_CONCURRENT_EVENT_WRITES = 2;
const MAX_CONCURRENT_PRODUCT_WRITES = 1;
/** Shipments are written in order, too: concurrent writes of the same shipment would wait for each other. */
const MAX_CONCURRENT_SHIPMENT_WRITES = 1;
const MAX_FIRST_REJECTED = 3;

export interface ImportOptions {
  /** The kind and format that the command names. The first lines of the file are checked against them. */
  readonly expected?: ExpectedFile;
  readonly lines: AsyncIterable<readonly FileLine[]>;
  readonly reader: LineReader;
  readonly target: ImportTarget;
  readonly rejects: RejectsFile;
  readonly onProgress?: (lines: number) => void;
  /** Maximum number of items in one write. */
  readonly batchSize?: number;
}

/**
 * Imports a file into a target. Batches are written while the next one is read. Every line is counted as imported,
 * unchanged or rejected.
 * @throws WrongFileError before anything is written if the first lines have another kind or format
 */
export async function importFile(options: ImportOptions): Promise<ImportResult> {
  const mentions = new ProductMentions();
  const facetLimits = new FacetLimitCounter();
  const repeats = new RepeatCounter();
  const onStored = (line: ImportLine) => {
    mentions.add(line);
    facetLimits.add(line);
    repeats.add(line);
  };
  const total = new ImportTotals(options.rejects, onStored, options.reader);
  let damage: string | undefined;
  let isFormatChecked = false;
  const events = new BatchWriter<StoredEvent>(
    options.batchSize ?? EVENTS_PER_BATCH,
    MAX_CONCURRENT_EVENT_WRITES,
    (batch) => options.target.events(batch),
    total,
  );
  const products = new BatchWriter<ProductInput>(
    Math.min(options.batchSize ?? PRODUCTS_PER_BATCH, PRODUCTS_PER_BATCH),
    MAX_CONCURRENT_PRODUCT_WRITES,
    (batch) => options.target.products(batch),
    total,
  );
  const shipments = new BatchWriter<ImportedShipment>(
    Math.min(options.batchSize ?? SHIPMENTS_PER_BATCH, SHIPMENTS_PER_BATCH),
    MAX_CONCURRENT_SHIPMENT_WRITES,
    (batch) => options.target.shipments(batch),
    total,
  );
  const orders = new OrderBatches({
    target: options.target,
    joins: options.reader.joinsOrders ?? false,
    size: Math.min(options.batchSize ?? ORDER_LINES_PER_BATCH, ORDER_LINES_PER_BATCH),
    onWritten: (written, lines) => total.add(written, lines),
  });
  const untilDamage = async function* (): AsyncGenerator<readonly FileLine[]> {
    try {
      yield* options.lines;
    } catch (error) {
      if (!(error instanceof DamagedFileError)) throw error;
      damage = error.message;
    }
  };
  for await (const texts of untilDamage()) {
    const sample: readonly string[] = isFormatChecked
      ? []
      : texts
          .map((text) => (text instanceof UnreadableLine ? text.shown : text))
          .filter((text) => text.trim() !== '')
          .slice(0, SAMPLE_LINES);
    isFormatChecked ||= sample.length > 0;
    const mistake = options.expected && detectWrongFile(sample, options.expected);
    if (mistake !== undefined) throw new WrongFileError(`${mistake}\nNothing was imported.`);
    for (const text of texts) {
      if (text instanceof UnreadableLine) {
        total.lines++;
        const number = options.reader.skip(text);
        // Names can't be found in a text that can't be read.
        if (options.reader.withoutNames) await total.reject({ number, text: '' }, 'NOT_UTF8', text.messageWithoutText);
        else await total.reject({ number, text: text.shown }, 'NOT_UTF8', text.message);
        continue;
      }
      const line = options.reader.read(text);
      if (line === undefined) continue;
      total.lines++;
      const source = { number: line.line, text, item: line };
      if ('rejected' in line) await total.reject(source, line.rejected, line.message);
      else if ('event' in line) await events.add(source, line.event);
      else if ('order' in line) await orders.add(source, line.order);
      else if ('shipment' in line) await shipments.add(source, line.shipment);
      else await products.add(source, line.product);
    }
    options.onProgress?.(total.lines);
  }
  await events.flush();
  await products.flush();
  await orders.flush();
  await shipments.flush();
  const refusedProducts = await upsertAll(options, options.reader.products?.() ?? []);
  const unknownProducts = await mentions.findUnknown((ids) => options.target.missingProducts(ids));
  return {
    ...total.result(),
    productsNamed: mentions.count,
    unknownProducts,
    refusedProducts,
    repeated: repeats.count,
    damage,
    beyondFacets: facetLimits.result(),
  };
}

/** Writes the products that were aggregated from the lines. The result does not count them, because it counts lines. */
async function upsertAll(
  { target }: ImportOptions,
  products: readonly ProductInput[],
): Promise<ImportResult['refusedProducts']> {
  const refused: { id: string; message: string }[] = [];
  for (let at = 0; at < products.length; at += PRODUCTS_PER_BATCH) {
    const batch = products.slice(at, at + PRODUCTS_PER_BATCH);
    for (const { index, message } of (await target.products(batch)).rejected)
      refused.push({ id: batch[index]!.id, message });
  }
  return refused;
}

class ImportTotals {
  lines = 0;
  private imported = 0;
  private unchanged = 0;
  private rejected = 0;
  private readonly reasons: Record<string, number> = {};
  private readonly firstRejected: RejectedLine[] = [];

  constructor(
    private readonly rejects: RejectsFile,
    /** Called with each line that is in the shop now. */
    private readonly onStored: (line: ImportLine) => void,
    private readonly reader: LineReader,
  ) {}

  async reject({ number, text }: SourceLine, reason: string, why: string): Promise<void> {
    const { reader } = this;
    const line = { number, text: reader.withoutNames?.(text) ?? text };
    // It may quote the line.
    const message = reader.withoutNames ? messageWithoutNames(why) : why;
    this.rejected++;
    if (this.firstRejected.length < MAX_FIRST_REJECTED) this.firstRejected.push({ line: line.number, message });
    this.reasons[reason] = (this.reasons[reason] ?? 0) + 1;
    await this.rejects.add(line, reason, message);
  }

  async add(batchResult: ImportBatchResult, lines: readonly ParsedLine[]): Promise<void> {
    this.imported += batchResult.imported;
    this.unchanged += batchResult.unchanged;
    const rejected = new Set(batchResult.rejected.map(({ index }) => index));
    lines.forEach(({ item }, index) => {
      if (!rejected.has(index)) this.onStored(item);
    });
    for (const { index, reason, message } of batchResult.rejected) await this.reject(lines[index]!, reason, message);
  }

  result(): Omit<ImportResult, 'productsNamed' | 'unknownProducts' | 'refusedProducts' | 'repeated' | 'beyondFacets'> {
    const { lines, imported, rejected, unchanged, reasons, firstRejected } = this;
    return { lines, imported, rejected, unchanged, reasons, firstRejected };
  }
}

/** Collects items into batches and writes a few batches concurrently, while the next batch is collected. */
class BatchWriter<Item> {
  private items: Item[] = [];
  private lines: ParsedLine[] = [];
  private readonly writing = new Set<Promise<void>>();

  constructor(
    private readonly size: number,
    private readonly maxConcurrentWrites: number,
    private readonly write: (batch: readonly Item[]) => Promise<ImportBatchResult>,
    private readonly total: ImportTotals,
  ) {}

  async add(line: ParsedLine, item: Item): Promise<void> {
    this.items.push(item);
    this.lines.push(line);
    if (this.items.length >= this.size) await this.start();
  }

  async flush(): Promise<void> {
    await this.start();
    await Promise.all(this.writing);
  }

  private async start(): Promise<void> {
    if (this.writing.size >= this.maxConcurrentWrites) await Promise.race(this.writing);
    const { items, lines } = this;
    if (items.length === 0) return;
    this.items = [];
    this.lines = [];
    const written = this.write(items)
      .then((result) => this.total.add(result, lines))
      .then(() => void this.writing.delete(written));
    // A failed write stays in `writing`, so that the next await throws its error. Until then it must not be an
    // unhandled rejection.
    written.catch(() => undefined);
    this.writing.add(written);
  }
}
