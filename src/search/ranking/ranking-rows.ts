import type { DesignMatrix } from '../../learn/design-matrix';
import type { PlaceCell } from '../../learn/intervention-harvesting';
import { type ClickFit, fitPositionBasedModel } from '../../learn/position-based-model';
import { RANKING_FEATURES } from './evidence-vector';
import { featureAt, type LoggedSearch, placeGroup, PLACES } from './logged-search';
import { HAND_SET, type RankingModel } from './log-linear';
import { ClickCounter } from './query-clicks';

/** The features, and last what earlier clicks say. */
export const COLUMNS = [...RANKING_FEATURES, 'clicks'] as const;
const CLICKS = COLUMNS.length - 1;
/** ln of a ratio of chances, as the score is: taken at its word until the shop's clicks say otherwise. */
const CLICKS_CENTRE = 1;

/** So long a product is as much wanted for a query as it was: a change of fashion is not put down to places. */
const SPAN_MS = 14 * 86_400_000;

/** What was shown in searches, one row each. */
export class RankingRows {
  readonly count: number;
  readonly clicks: number;
  /** What counts where a price, or a rating, is not known. */
  readonly missing: RankingModel['missing'];
  private readonly values: Float32Array;
  private readonly places: Uint8Array;
  private readonly clicked: Uint8Array;

  constructor(private readonly searches: readonly LoggedSearch[]) {
    this.count = searches.reduce((sum, { shown }) => sum + shown.length, 0);
    // What is not known moves no weight.
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

  /** What clicks said by the time of each search, which is not counted itself. */
  countClicks(examination: ArrayLike<number>): void {
    const counter = new ClickCounter(examination);
    let row = 0;
    for (const search of this.searches) {
      for (const product of search.shown)
        this.values[row++ * COLUMNS.length + CLICKS] = counter.evidence(search.query, product);
      counter.add(search);
    }
  }

  /** @returns the first row of the search that so large a share of them comes before */
  rowOfSearch(share: number): number {
    const before = this.searches.slice(0, Math.floor(share * this.searches.length));
    return before.reduce((sum, { shown }) => sum + shown.length, 0);
  }

  /**
   * A click model of the first `count` rows.
   * @param examination θ where it is known; else it is found too
   */
  fit({ l2, examination, count = this.count }: { l2: number; examination?: Float64Array; count?: number }): ClickFit {
    return fitPositionBasedModel({
      design: this.design(count),
      places: this.places.subarray(0, count),
      placeCount: PLACES,
      examination,
      clicked: this.clicked.subarray(0, count),
      l2,
      // Features are about as large as one another: a weight far from its centre costs as much for each, and one that
      // hardly differs from row to row stays there.
      centre: Float64Array.from(COLUMNS, (name) => (name === 'clicks' ? CLICKS_CENTRE : HAND_SET.weights[name])),
    });
  }

  /** What each query's products were clicked at each place, beside what a fit expected of them. */
  cells(fit: ClickFit): PlaceCell[] {
    const groups = new Map<string, number>();
    const cells = new Map<number, { group: number; place: number; shown: number; clicks: number }>();
    let row = 0;
    for (const { at, query, shown } of this.searches) {
      const span = Math.floor(at / SPAN_MS);
      for (const product of shown) {
        const pair = `${query}\n${product}\n${span}`;
        let group = groups.get(pair);
        if (group === undefined) groups.set(pair, (group = groups.size));
        const place = this.places[row];
        let cell = cells.get(group * PLACES + place);
        if (cell === undefined) cells.set(group * PLACES + place, (cell = { group, place, shown: 0, clicks: 0 }));
        cell.shown += this.wanted(row, fit);
        cell.clicks += this.clicked[row++];
      }
    }
    return [...cells.values()];
  }

  /** Mean of −ln P(what happened) from a row on. */
  lossFrom(from: number, fit: ClickFit): number {
    let loss = 0;
    for (let row = from; row < this.count; row++) {
      const p = fit.examination[this.places[row]] * this.wanted(row, fit);
      loss -= Math.log(Math.max(1e-12, this.clicked[row] === 1 ? p : 1 - p));
    }
    return loss / Math.max(1, this.count - from);
  }

  /** The chance that it is clicked by who looks at it. */
  private wanted(row: number, { intercept, coefficients }: ClickFit): number {
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

/** Of what is known; 0 where nothing is. */
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
