import { hashText52 } from '../../learn/hash-text';
import type { ByteReader } from '../../learn/byte-reader';
import type { ByteWriter } from '../../learn/byte-writer';
import { type LoggedSearch, placeGroup } from './logged-search';

/** Half-life of the weight of a click. */
const HALF_LIFE_MS = 60 * 86_400_000;
/**
 * Number of clicks that is added to both the observed and the expected clicks, so that a few clicks are only weak
 * evidence (`a` in `evidenceOf`).
 */
const PRIOR_CLICKS = 1;
/** Maximum number of pairs of query and product in a version of the ranking. */
const MAX_PAIRS = 200_000;
/** Evidence with a smaller absolute value is dropped. */
const MIN_EVIDENCE = 0.05;

interface Counts {
  clicks: number;
  /** Expected number of examinations: the sum of their probabilities θ over the list positions of the product. */
  examinations: number;
}

/**
 * Counts clicks and expected examinations, with decay, for each pair of query and product and for the whole shop. Add
 * searches in order of time.
 */
export class ClickCounter {
  private readonly pairs = new Map<string, Map<string, Counts>>();
  private readonly shopCounts: Counts = { clicks: 0, examinations: 0 };
  /**
   * Reference time of the counts (ms since 1970). A later click adds more than an earlier one, so stored counts need no
   * update when they age (forward decay).
   */
  private landmark = NaN;
  private now = NaN;

  /** @param examination by `placeGroup`, the probability θ that a list position is examined */
  constructor(private readonly examination: ArrayLike<number>) {}

  add({ at, query, shown, clicked }: LoggedSearch): void {
    if (Number.isNaN(this.landmark)) this.landmark = at;
    this.now = at;
    const weight = Math.pow(2, (at - this.landmark) / HALF_LIFE_MS);
    let row = this.pairs.get(query);
    if (row === undefined) this.pairs.set(query, (row = new Map<string, Counts>()));
    for (let place = 0; place < shown.length; place++) {
      let pair = row.get(shown[place]);
      if (pair === undefined) row.set(shown[place], (pair = { clicks: 0, examinations: 0 }));
      for (const counts of [pair, this.shopCounts]) {
        counts.clicks += weight * clicked[place];
        counts.examinations += weight * this.examination[placeGroup(place)];
      }
    }
  }

  /** Returns the click evidence of a product for a query, as of the newest search added. */
  evidence(query: string, product: string): number {
    const pair = this.pairs.get(query)?.get(product);
    return pair === undefined ? 0 : this.evidenceOf(pair);
  }

  /**
   * Returns ln((clicks + a) / (expected + a)). The expected clicks are those of an average product of the shop with as
   * many examinations. A value above 0 means more clicks than the list positions explain.
   */
  private evidenceOf({ clicks, examinations }: Counts): number {
    const scale = Math.pow(2, (this.landmark - this.now) / HALF_LIFE_MS);
    const { shopCounts } = this;
    const expected = (examinations * shopCounts.clicks) / shopCounts.examinations;
    return Math.log((clicks * scale + PRIOR_CLICKS) / (expected * scale + PRIOR_CLICKS));
  }

  /** Returns the current evidence of the {@link MAX_PAIRS} pairs with the largest absolute values. */
  table(): QueryClicks {
    const found: { query: string; product: string; value: number }[] = [];
    for (const [query, row] of this.pairs)
      for (const [product, counts] of row) {
        const value = this.evidenceOf(counts);
        if (Math.abs(value) >= MIN_EVIDENCE) found.push({ query, product, value });
      }
    found.sort(
      (a, b) =>
        Math.abs(b.value) - Math.abs(a.value) || compareTexts(a.query, b.query) || compareTexts(a.product, b.product),
    );
    const rows = new Map<number, Map<string, number>>();
    for (const { query, product, value } of found.slice(0, MAX_PAIRS)) {
      const hash = hashText52(query);
      let row = rows.get(hash);
      if (row === undefined) rows.set(hash, (row = new Map<string, number>()));
      row.set(product, Math.fround(value));
    }
    return new QueryClicks(rows);
  }
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The click evidence of products by query, corrected for list position. It has hashes in place of the queries, because it
 * is stored, and a query may name a person.
 */
export class QueryClicks {
  static readonly NONE = new QueryClicks(new Map());

  constructor(private readonly rows: ReadonlyMap<number, ReadonlyMap<string, number>>) {}

  /** Returns the evidence by product id; undefined if there is none. Absent products have about the expected clicks. */
  of(query: string): ReadonlyMap<string, number> | undefined {
    return this.rows.get(hashText52(query));
  }

  get pairs(): number {
    let pairs = 0;
    for (const row of this.rows.values()) pairs += row.size;
    return pairs;
  }

  write(writer: ByteWriter): void {
    writer.varint(this.rows.size);
    for (const [hash, row] of this.rows) {
      writer.f64(hash);
      writer.varint(row.size);
      for (const [product, value] of row) {
        writer.string(product);
        writer.f64(value);
      }
    }
  }

  static read(reader: ByteReader): QueryClicks {
    const rows = new Map<number, Map<string, number>>();
    for (let queries = reader.varint(); queries > 0; queries--) {
      const row = new Map<string, number>();
      rows.set(reader.f64(), row);
      for (let pairs = reader.varint(); pairs > 0; pairs--) row.set(reader.string(), reader.f64());
    }
    return new QueryClicks(rows);
  }
}
