import type { ByteReader } from '../../learn/byte-reader';
import type { ByteWriter } from '../../learn/byte-writer';
import { type LoggedSearch, placeGroup } from './logged-search';

/** What was clicked so long ago counts by half. */
const HALF_LIFE_MS = 60 * 86_400_000;
/** a: so many clicks, as many as were to be expected, are thought to have been before the first. */
const PRIOR_CLICKS = 1;
/** Pairs of query and product in a version. */
export const MAX_PAIRS = 200_000;
/** Less than this says nothing, and is not kept. */
const MIN_EVIDENCE = 0.05;

interface Counts {
  clicks: number;
  /** Σ θ of the places where it stood: how often it was looked at. */
  examinations: number;
}

/**
 * Counts clicks and expected examinations by query and product, and by the shop, decayed. To be given searches in the
 * order of their times.
 */
export class ClickCounter {
  private readonly pairs = new Map<string, Map<string, Counts>>();
  private readonly all: Counts = { clicks: 0, examinations: 0 };
  /** Counts are in units of this time's: a later click adds more, and nothing is touched again (forward decay). */
  private landmark = NaN;
  private now = NaN;

  /** @param examination θ by place group */
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
      for (const counts of [pair, this.all]) {
        counts.clicks += weight * clicked[place];
        counts.examinations += weight * this.examination[placeGroup(place)];
      }
    }
  }

  /** As of the newest search that was added. */
  evidence(query: string, product: string): number {
    const pair = this.pairs.get(query)?.get(product);
    return pair === undefined ? 0 : this.evidenceOf(pair);
  }

  /**
   * ln((clicks + a) / (expected + a)), where so many clicks are expected as the shop's products have for being looked at
   * so often: above 0 is more, whatever the places.
   */
  private evidenceOf({ clicks, examinations }: Counts): number {
    const scale = Math.pow(2, (this.landmark - this.now) / HALF_LIFE_MS);
    const { all } = this;
    const expected = (examinations * all.clicks) / all.examinations;
    return Math.log((clicks * scale + PRIOR_CLICKS) / (expected * scale + PRIOR_CLICKS));
  }

  /** What the counts say now of the pairs of which most is known. */
  table(): QueryClicks {
    const found: { query: string; product: string; value: number }[] = [];
    for (const [query, row] of this.pairs)
      for (const [product, counts] of row) {
        const value = this.evidenceOf(counts);
        if (Math.abs(value) >= MIN_EVIDENCE) found.push({ query, product, value });
      }
    found.sort(
      (a, b) => Math.abs(b.value) - Math.abs(a.value) || order(a.query, b.query) || order(a.product, b.product),
    );
    const rows = new Map<string, Map<string, number>>();
    for (const { query, product, value } of found.slice(0, MAX_PAIRS)) {
      let row = rows.get(query);
      if (row === undefined) rows.set(query, (row = new Map<string, number>()));
      row.set(product, Math.fround(value));
    }
    return new QueryClicks(rows);
  }
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What clicks say of products, by query, beyond what their places explain. */
export class QueryClicks {
  static readonly NONE = new QueryClicks(new Map());

  constructor(private readonly rows: ReadonlyMap<string, ReadonlyMap<string, number>>) {}

  /** By product; what is not here is as often clicked as others. */
  of(query: string): ReadonlyMap<string, number> | undefined {
    return this.rows.get(query);
  }

  get pairs(): number {
    let pairs = 0;
    for (const row of this.rows.values()) pairs += row.size;
    return pairs;
  }

  write(writer: ByteWriter): void {
    writer.varint(this.rows.size);
    for (const [query, row] of this.rows) {
      writer.string(query);
      writer.varint(row.size);
      for (const [product, value] of row) {
        writer.string(product);
        writer.f64(value);
      }
    }
  }

  static read(reader: ByteReader): QueryClicks {
    const rows = new Map<string, Map<string, number>>();
    for (let queries = reader.varint(); queries > 0; queries--) {
      const row = new Map<string, number>();
      rows.set(reader.string(), row);
      for (let pairs = reader.varint(); pairs > 0; pairs--) row.set(reader.string(), reader.f64());
    }
    return new QueryClicks(rows);
  }
}
