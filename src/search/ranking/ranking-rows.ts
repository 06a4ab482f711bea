import type { DesignMatrix } from '../../learn/design-matrix';
import type { ImpressionCell } from '../../learn/intervention-harvesting';
import { type ClickFit, fitPositionBasedModel } from '../../learn/position-based-model';
import { RANKING_FEATURES } from './evidence-vector';
import { featureAt, type LoggedSearch, placeGroup, PLACE_GROUP_COUNT } from './logged-search';
import { DEFAULT_RANKING_MODEL, type RankingModel } from './log-linear';
import { ClickCounter } from './query-clicks';

/** The columns of a row: the ranking features, then the click evidence from earlier searches. */
export const COLUMNS = [...RANKING_FEATURES, 'clicks'] as const;
const CLICKS = COLUMNS.length - 1;
/**
 * Prior mean of the weight of click evidence. It is 1 because the evidence is the logarithm of a ratio of click
 * probabilities, and the ranking score is on the same logarithmic scale.
 */
const CLICKS_CENTRE = 1;

/**
 * Within this period the relevance of a product for a query is assumed constant, so that trends are not attributed to
 * list positions.
 */
const STABLE_PERIOD_MS = 14 * 86_400_000;

/** The training data: one row per shown product of a search. */
export class RankingRows {
  readonly count: number;
  readonly clicks: number;
  /** The means of the price and rating features, which replace unknown values. */
  readonly missing: RankingModel['missing'];
  private readonly values: Float32Array;
  private readonly places: Uint8Array;
  private readonly clicked: Uint8Array;

  constructor(private readonly searches: readonly LoggedSearch[]) {
    this.count = searches.reduce((sum, { shown }) => sum + shown.length, 0);
    // Unknown values are replaced by the mean, so that they do not affect the weights.
    const means = RANKING_FEATURES.map((_, f) => meanOf(searches, f));
    this.missing = {
      price: means[RANKING_FEATURES.indexOf('price')],
      rating: means[RANKING_FEATURES.indexOf('rating')],
    };
    this.values = new Float32Array(this.count * COLUMNS.length);
    this.places = new Uint8Array(this.count);
    this.clicked = new Uint8Array(this.count);
    let row = 0;
    for (const search of searches) {
      for (let place = 0; place < search.shown.length; place++, row++) {
        this.places[row] = placeGroup(place);
        this.clicked[row] = search.clicked[place];
        for (let f = 0; f < RANKING_FEATURES.length; f++) {
          const value = featureAt(search, place, f);
          this.values[row * COLUMNS.length + f] = Number.isNaN(value) ? means[f] : value;
        }
      }
    }
    this.clicks = this.clicked.reduce((sum, label) => sum + label, 0);
  }

  /** Fills the click evidence of each row from the earlier searches only. */
  countClicks(examination: ArrayLike<number>): void {
    const counter = new ClickCounter(examination);
    let row = 0;
    for (const search of this.searches) {
      for (const product of search.shown)
        this.values[row++ * COLUMNS.length + CLICKS] = counter.evidence(search.query, product);
      counter.add(search);
    }
  }

  /** Returns the index of the first row after those of the oldest searches. @param share their share of all, 0 … 1 */
  rowOfSearch(share: number): number {
    const before = this.searches.slice(0, Math.floor(share * this.searches.length));
    return before.reduce((sum, { shown }) => sum + shown.length, 0);
  }

  /**
   * Fits a click model to the first `count` rows.
   * @param examination examination probabilities (θ), if known; otherwise they are estimated too
   */
  fit({ l2, examination, count = this.count }: { l2: number; examination?: Float64Array; count?: number }): ClickFit {
    return fitPositionBasedModel({
      design: this.design(count),
      places: this.places.subarray(0, count),
      placeCount: PLACE_GROUP_COUNT,
      examination,
      clicked: this.clicked.subarray(0, count),
      l2,
      // All features have similar scales, so one penalty suits all weights. The weight of a feature that hardly varies
      // between rows stays near its prior mean (`centre`).
      centre: Float64Array.from(COLUMNS, (name) =>
        name === 'clicks' ? CLICKS_CENTRE : DEFAULT_RANKING_MODEL.weights[name],
      ),
    });
  }

  /**
   * Sums up the rows by query, product, period and group of list positions. Each cell has the number of clicks and, as
   * `shown`, the number of clicks that the fit predicts if every shown product is examined.
   */
  cells(fit: ClickFit): ImpressionCell[] {
    const groups = new Map<string, number>();
    const cells = new Map<number, { group: number; place: number; shown: number; clicks: number }>();
    let row = 0;
    for (const { at, query, shown } of this.searches) {
      const period = Math.floor(at / STABLE_PERIOD_MS);
      for (const product of shown) {
        const pair = `${query}\n${product}\n${period}`;
        let group = groups.get(pair);
        if (group === undefined) groups.set(pair, (group = groups.size));
        const place = this.places[row];
        let cell = cells.get(group * PLACE_GROUP_COUNT + place);
        if (cell === undefined)
          cells.set(group * PLACE_GROUP_COUNT + place, (cell = { group, place, shown: 0, clicks: 0 }));
        cell.shown += this.clickProbability(row, fit);
        cell.clicks += this.clicked[row++];
      }
    }
    return [...cells.values()];
  }

  /** Returns the mean log loss of the rows from `from` on. */
  lossFrom(from: number, fit: ClickFit): number {
    let loss = 0;
    for (let row = from; row < this.count; row++) {
      const p = fit.examination[this.places[row]] * this.clickProbability(row, fit);
      loss -= Math.log(Math.max(1e-12, this.clicked[row] === 1 ? p : 1 - p));
    }
    return loss / Math.max(1, this.count - from);
  }

  /** Returns the probability that an examined product is clicked. */
  private clickProbability(row: number, { intercept, coefficients }: ClickFit): number {
    let margin = intercept;
    for (let c = 0; c < COLUMNS.length; c++) margin += coefficients[c] * this.values[row * COLUMNS.length + c];
    return 1 / (1 + Math.exp(-margin));
  }

  private design(rows: number): DesignMatrix {
    const { values } = this;
    return {
      rows,
      columns: COLUMNS.length,
      readRow: (row, out) => {
        for (let c = 0; c < COLUMNS.length; c++) out[c] = values[row * COLUMNS.length + c];
      },
    };
  }
}

/** Returns the mean of the known values of a feature; 0 if none is known. */
function meanOf(searches: readonly LoggedSearch[], feature: number): number {
  let sum = 0;
  let count = 0;
  for (const search of searches)
    for (let place = 0; place < search.shown.length; place++) {
      const value = featureAt(search, place, feature);
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
    }
  return count === 0 ? 0 : sum / count;
}
