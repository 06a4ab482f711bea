import type { ProductInput } from '../catalog/product.type';
import type { StoredEvent } from '../events/stored-event';
import type { OrderInput } from '../orders/order-input.type';
import { type FacetLimitReport, FacetLimitCounter } from './facet-limits';
import type { ImportTarget, ImportBatchResult } from './import-target';
import { OrderBatches } from './order-batches';
import { type ExpectedFile, detectWrongFile, SAMPLE_LINES } from './wrong-file';
import { ProductMentions, type UnknownProducts } from './product-mentions';
import type { RejectsFile, SourceLine } from './rejects-file';

/** One parsed line of a file: an item, or the reason why the line is rejected. */
export type ImportLine =
  | { readonly line: number; readonly event: StoredEvent }
  | { readonly line: number; readonly product: ProductInput }
  | { readonly line: number; readonly order: OrderInput }
  | { readonly line: number; readonly rejected: string; readonly message: string };

/** Parses a file line by line. `read` returns `undefined` for a line without data (a header, an empty line). */
export interface LineReader {
  read(text: string): ImportLine | undefined;
  /** Whether each line is an order line, so that adjacent lines of one order are joined. */
  readonly joinsOrders?: boolean;
  /** Products aggregated from all lines, if the format has them. */
  products?(): ProductInput[];
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
/** A batch with this many order lines is full. */
const ORDER_LINES_PER_BATCH = 3_000;
/**
 * Batches of events may be written concurrently. Products are written in order, because the last line of a product
 * wins.
 */
const MAX_CONCURRENT_EVENT_WRITES = 2;
const MAX_CONCURRENT_PRODUCT_WRITES = 1;
const MAX_FIRST_REJECTED = 3;

export interface ImportOptions {
  /** The kind and format that the command names. The first lines of the file are checked against them. */
  readonly expected?: ExpectedFile;
  readonly lines: AsyncIterable<readonly string[]>;
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
  const total = new ImportTotals(options.rejects);
  const mentions = new ProductMentions();
  const facetLimits = new FacetLimitCounter();
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
  const orders = new OrderBatches({
    target: options.target,
    joins: options.reader.joinsOrders ?? false,
    size: Math.min(options.batchSize ?? ORDER_LINES_PER_BATCH, ORDER_LINES_PER_BATCH),
    onWritten: (written, lines) => total.add(written, lines),
  });
  for await (const texts of options.lines) {
    const sample: readonly string[] = isFormatChecked
      ? []
      : texts.filter((text) => text.trim() !== '').slice(0, SAMPLE_LINES);
    isFormatChecked ||= sample.length > 0;
    const mistake = options.expected && detectWrongFile(sample, options.expected);
    if (mistake !== undefined) throw new WrongFileError(`${mistake}\nNothing was imported.`);
    for (const text of texts) {
      const line = options.reader.read(text);
      if (line === undefined) continue;
      total.lines++;
      mentions.add(line);
      facetLimits.add(line);
      const source = { number: line.line, text };
      if ('rejected' in line) await total.reject(source, line.rejected, line.message);
      else if ('event' in line) await events.add(source, line.event);
      else if ('order' in line) await orders.add(source, line.order);
      else await products.add(source, line.product);
    }
    options.onProgress?.(total.lines);
  }
  await events.flush();
  await products.flush();
  await orders.flush();
  await upsertAll(options, options.reader.products?.() ?? []);
  const unknownProducts = await mentions.findUnknown((ids) => options.target.missingProducts(ids));
  return { ...total.result(), productsNamed: mentions.count, unknownProducts, beyondFacets: facetLimits.result() };
}

/** Writes the products that were aggregated from the lines. The result does not count them, because it counts lines. */
async function upsertAll({ target }: ImportOptions, products: readonly ProductInput[]): Promise<void> {
  for (let at = 0; at < products.length; at += PRODUCTS_PER_BATCH) {
    const batch = products.slice(at, at + PRODUCTS_PER_BATCH);
    const [wrong] = (await target.products(batch)).rejected;
    if (wrong) throw new Error(`Product ${batch[wrong.index]!.id} was rejected: ${wrong.reason}, ${wrong.message}.`);
  }
}

class ImportTotals {
  lines = 0;
  private imported = 0;
  private unchanged = 0;
  private rejected = 0;
  private readonly reasons: Record<string, number> = {};
  private readonly firstRejected: RejectedLine[] = [];

  constructor(private readonly rejects: RejectsFile) {}

  async reject(line: SourceLine, reason: string, message: string): Promise<void> {
    this.rejected++;
    if (this.firstRejected.length < MAX_FIRST_REJECTED) this.firstRejected.push({ line: line.number, message });
    this.reasons[reason] = (this.reasons[reason] ?? 0) + 1;
    await this.rejects.add(line, reason, message);
  }

  async add(batchResult: ImportBatchResult, lines: readonly SourceLine[]): Promise<void> {
    this.imported += batchResult.imported;
    this.unchanged += batchResult.unchanged;
    for (const { index, reason, message } of batchResult.rejected) await this.reject(lines[index]!, reason, message);
  }

  result(): Omit<ImportResult, 'productsNamed' | 'unknownProducts' | 'beyondFacets'> {
    const { lines, imported, rejected, unchanged, reasons, firstRejected } = this;
    return { lines, imported, rejected, unchanged, reasons, firstRejected };
  }
}

/** Collects items into batches and writes a few batches concurrently, while the next batch is collected. */
class BatchWriter<Item> {
  private items: Item[] = [];
  private lines: SourceLine[] = [];
  private readonly writing = new Set<Promise<void>>();

  constructor(
    private readonly size: number,
    private readonly maxConcurrentWrites: number,
    private readonly write: (batch: readonly Item[]) => Promise<ImportBatchResult>,
    private readonly total: ImportTotals,
  ) {}

  async add(line: SourceLine, item: Item): Promise<void> {
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
