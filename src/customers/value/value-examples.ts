import { MS_PER_DAY } from '../../learn/durations';
import { summarizePurchases, type PurchaseLine } from '../../features/purchase-summary';
import { grown } from '../../learn/grown';
import { fillValueFeatures, isRecentBuyer, VALUE_FEATURES } from './value-features';

const COLUMNS = VALUE_FEATURES.length;

/**
 * Training examples of predicted value and churn: one for each cut and customer with an order before it. The features
 * contain lines before the cut only; the labels contain lines from the cut to the horizon's end only. Customers are
 * added one at a time, so their lines need not be in memory together. Memory: 8 bytes for each feature of an example,
 * some 1.5 kB for a customer with seven cuts.
 */
export class ValueExamples {
  private count = 0;
  private customerCount = 0;
  private featureValues = new Float64Array(COLUMNS * 256);
  private readonly rowCuts: number[] = [];
  private readonly rowCustomers: number[] = [];
  private readonly rowValues: number[] = [];
  private readonly rowHasOrder: boolean[] = [];
  private readonly rowIsRecent: boolean[] = [];
  private readonly scratch = new Float64Array(COLUMNS);

  /** @param cuts in ms since 1970 */
  constructor(
    readonly cuts: readonly number[],
    readonly horizonDays: number,
  ) {}

  /**
   * Adds the examples of the next customer. The fitted model depends on the order in which customers are added.
   * @param lines all lines of the customer, in any order
   */
  add(lines: readonly PurchaseLine[]): void {
    const customer = this.customerCount++;
    for (const cut of this.cuts) {
      const summary = summarizePurchases(lines, cut);
      if (summary.orders.length === 0) continue;
      fillValueFeatures(summary, this.scratch);
      this.reserveRow();
      this.featureValues.set(this.scratch, this.count * COLUMNS);
      const label = valueLabel(lines, cut, this.horizonDays);
      this.rowCuts.push(cut);
      this.rowCustomers.push(customer);
      this.rowValues.push(label.value);
      this.rowHasOrder.push(label.hasOrder);
      this.rowIsRecent.push(isRecentBuyer(summary));
      this.count++;
    }
  }

  private reserveRow(): void {
    const { length } = this.featureValues;
    if ((this.count + 1) * COLUMNS > length) this.featureValues = grown(this.featureValues, 2 * length);
  }

  /** Number of customers that were added. */
  get customers(): number {
    return this.customerCount;
  }

  /** The features of all rows, rows × the number of `VALUE_FEATURES`. Valid until the next customer is added. */
  get features(): Float64Array {
    return this.featureValues;
  }

  /** Returns the features of a row. */
  featuresOf(row: number): Float64Array {
    return this.featureValues.subarray(row * COLUMNS, (row + 1) * COLUMNS);
  }

  /** Returns the numbers of the rows with one of the cuts, ascending. */
  rowsAt(cuts: readonly number[]): Int32Array {
    const wanted = new Set(cuts);
    return Int32Array.from(this.rowCuts.keys()).filter((row) => wanted.has(this.rowCuts[row]));
  }

  cutOf(row: number): number {
    return this.rowCuts[row];
  }

  /** Number of the row's customer, in order of adding, from 0. */
  customerOf(row: number): number {
    return this.rowCustomers[row];
  }

  /** Label: the customer's value in the horizon, at least 0. */
  valueOf(row: number): number {
    return this.rowValues[row];
  }

  /** Label: whether the customer ordered anything in the horizon. */
  hasOrder(row: number): boolean {
    return this.rowHasOrder[row];
  }

  /** Whether the customer was a recent buyer at the cut, for whom churn is predicted. */
  isRecentBuyer(row: number): boolean {
    return this.rowIsRecent[row];
  }
}

export interface ValueLabel {
  /** Amount ordered minus amount returned in the horizon; 0 if more was returned than ordered. */
  readonly value: number;
  readonly hasOrder: boolean;
}

/** Returns what a customer did in the horizon from the cut. Lines outside of it are ignored. */
export function valueLabel(lines: readonly PurchaseLine[], cut: number, horizonDays: number): ValueLabel {
  const end = cut + horizonDays * MS_PER_DAY;
  const { netAmount, orders } = summarizePurchases(
    lines.filter(({ at }) => at >= cut),
    end,
  );
  return { value: Math.max(0, netAmount), hasOrder: orders.length > 0 };
}
