import { crossHash, featureHash } from '../../learn/feature-hash';
import { hashText32 } from '../../learn/hash-text';
import { quantileEdges, quantileGroup } from '../../learn/quantile-edges';

/** A numeric column with more distinct values than this in the sample also has quantile bins. */
const MAX_UNBINNED_VALUES = 64;
const QUANTILE_BINS = 32;
/** A column is numeric if at least this share of its values is: logs write NULL and the like for missing numbers. */
const MIN_NUMERIC_SHARE = 0.9;
/** Files with more columns have no crosses: their number grows with the square. */
const MAX_CROSSED_COLUMNS = 12;
/** If a value occurs less often than this on average, it is too rare for a cross. */
const MIN_MEAN_OCCURRENCES = 5;

/**
 * Turns the values of impressions into hashed features: each column is a category, a numeric column with many values
 * also a quantile bin, and if there are at most {@link MAX_CROSSED_COLUMNS} columns, each pair of columns is a cross. In
 * crosses, a column of nearly unique numbers is its bin, and one of other nearly unique values is left out. An empty
 * value is a category of its own.
 */
export class ImpressionFeatures {
  /** Numbers of columns, of bins, and of crosses of each impression. */
  readonly columns: number;
  readonly bins: number;
  readonly crosses: number;
  private readonly fields: readonly number[];
  private readonly binned: readonly { readonly column: number; readonly field: number; readonly edges: Float64Array }[];
  /** Pairs of places in the hashes of an impression. */
  private readonly pairs: readonly (readonly [number, number])[];

  /**
   * @param names of the columns
   * @param sample values of impressions, by which bins and crosses are chosen; their labels are not used
   */
  constructor(names: readonly string[], sample: readonly (readonly string[])[]) {
    this.columns = names.length;
    this.fields = names.map((name) => hashText32(name));
    const summaries = names.map((_, column) => summarize(sample.map((values) => values[column])));
    this.binned = summaries.flatMap(({ edges }, column) =>
      edges === undefined ? [] : [{ column, field: hashText32(`${names[column]} bin`), edges }],
    );
    this.bins = this.binned.length;
    const crossed =
      names.length > MAX_CROSSED_COLUMNS
        ? []
        : summaries.flatMap(({ isConstant, isNearlyUnique }, column) => {
            if (isConstant) return [];
            if (!isNearlyUnique) return [column];
            const bin = this.binned.findIndex((each) => each.column === column);
            return bin < 0 ? [] : [this.columns + bin];
          });
    this.pairs = crossed.flatMap((first, at) => crossed.slice(at + 1).map((second) => [first, second] as const));
    this.crosses = this.pairs.length;
  }

  /** Number of single features: columns and bins. */
  get singles(): number {
    return this.columns + this.bins;
  }

  /** Writes the hashes of the single features. @param out {@link singles} hashes or more */
  hash(values: readonly string[], out: Uint32Array): void {
    for (let column = 0; column < this.columns; column++)
      out[column] = featureHash(this.fields[column], values[column]);
    this.binned.forEach(({ column, field, edges }, at) => {
      const number = numberIn(values[column]);
      const bin = number === undefined ? '' : String(quantileGroup(edges, number));
      out[this.columns + at] = featureHash(field, bin);
    });
  }

  /** Writes the hashes of the crosses after those of the single features. @param hashes singles + crosses */
  cross(hashes: Uint32Array): void {
    const { pairs, singles } = this;
    for (let at = 0; at < pairs.length; at++)
      hashes[singles + at] = crossHash(hashes[pairs[at][0]], hashes[pairs[at][1]]);
  }
}

interface ColumnSummary {
  /** Of the quantile bins; undefined for a column without bins. */
  readonly edges: Float64Array | undefined;
  readonly isConstant: boolean;
  readonly isNearlyUnique: boolean;
}

function summarize(values: readonly string[]): ColumnSummary {
  const present = values.filter((value) => value !== '');
  const distinct = new Set(present).size;
  const numbers = present.map(numberIn).filter((number) => number !== undefined);
  const isNumeric = numbers.length > 0 && numbers.length >= MIN_NUMERIC_SHARE * present.length;
  const isBinned = isNumeric && distinct > MAX_UNBINNED_VALUES;
  return {
    edges: isBinned ? quantileEdges(Float64Array.from(numbers), QUANTILE_BINS) : undefined,
    isConstant: new Set(values).size < 2,
    isNearlyUnique: distinct * MIN_MEAN_OCCURRENCES > present.length,
  };
}

function numberIn(text: string): number | undefined {
  if (text.trim() === '') return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}
