/** Versions of models, as they are stored: old fixtures are read, and today's code writes the same bytes. */
import { adFeatures } from '../../../src/ads/clicks/ad-features';
import { ClickModel } from '../../../src/ads/clicks/click-model';
import { CLICKS_FORMAT, decodeClicks, encodeClicks } from '../../../src/ads/clicks/clicks-artefact';
import { FEATURES } from '../../../src/features/feature-set';
import { encodeHashedLogistic } from '../../../src/learn/hashed-logistic';
import { IdTable } from '../../../src/learn/id-table';
import { weightedGram } from '../../../src/learn/ials-engine';
import { BASKET_FEATURES } from '../../../src/recommend/basket/basket-features';
import { BASKET_PARTS, BasketModel, columnCountOf, type BasketPart } from '../../../src/recommend/basket/basket-model';
import { OrderAffinities } from '../../../src/recommend/basket/order-affinities';
import {
  RANKER_FORMAT,
  decodeCompatibleRanker,
  encodeRanker,
  type RankerArtefact,
} from '../../../src/recommend/artefact/ranker-artefact';
import { RankerModel, type RankerFigures } from '../../../src/recommend/artefact/ranker-model';
import { IalsModel } from '../../../src/recommend/artefact/ials-model';
import { SparseItemMatrix } from '../../../src/recommend/artefact/sparse-item-matrix';
import { ScoreVector } from '../../../src/recommend/artefact/score-vector';
import { ServedEase } from '../../../src/recommend/ease/served-ease';
import { TemporalRidgeModel } from '../../../src/recommend/artefact/temporal-ridge-model';
import { EVIDENCE_NAMES, EVIDENCE_VERSION, encodeEvidence } from '../../../src/search/ranking/evidence-vector';
import type { LearnedRanking } from '../../../src/search/ranking/learn-ranking';
import { DEFAULT_RANKING_MODEL, score, type HitEvidence } from '../../../src/search/ranking/log-linear';
import { hashText52 } from '../../../src/learn/hash-text';
import { QueryClicks } from '../../../src/search/ranking/query-clicks';
import { decodeRanking, encodeRanking, RANKING_FORMAT } from '../../../src/search/ranking/ranking-artefact';
import { everyFixtureIsRead, storedFixtures } from '../../setup/stored-fixtures';

const fixtures = storedFixtures('models');
const IDS = ['mug', 'pot', 'lid'];
const HISTORY = ['mug', 'pot'];

/** Numbers that a double and a float both hold exactly. */
const column = (length: number, seed: number) =>
  Float64Array.from({ length }, (_, at) => (((at + 1) * seed) % 17) / 8 - 1);

function itemRows(seed: number): SparseItemMatrix {
  const row = (columns: number[]) => ({
    columns: Int32Array.from(columns),
    values: Float32Array.from(column(columns.length, seed)),
  });
  return new SparseItemMatrix([...IDS], [row([1, 2]), row([0]), row([])]);
}

function blendModel(seed: number): RankerModel {
  const columns = [seed, seed + 1, seed + 2].map((each) => column(FEATURES.length, each));
  const figures: RankerFigures = {
    rows: 1_000,
    positives: 40,
    l2: 0.5,
    logLoss: 0.25,
    ndcg10Repeat: 0.75,
    ndcg10New: 0.125,
    calibration: {
      bins: [{ count: 1_000, predicted: 0.03125, observed: 0.04 }],
      ece: 0.01,
      share: 0.04,
      brier: 0.0375,
      brierOfMean: 0.0384,
    },
  };
  const names = FEATURES.map(({ name }) => name);
  return new RankerModel(names, columns[0], columns[1], columns[2], -3.5, -2.25, figures);
}

function basketModel(seed: number, parts: readonly BasketPart[]): BasketModel {
  const weightsOf = (part: BasketPart) => ({
    means: column(columnCountOf(part), seed),
    weights: column(columnCountOf(part), seed + 1),
    figures: { lists: 200, l2: 2, logLoss: 1.5 },
  });
  const names = BASKET_FEATURES.map(({ name }) => name);
  return new BasketModel(names, Object.fromEntries(parts.map((part) => [part, weightsOf(part)])));
}

function blend(): RankerArtefact {
  const items = Float32Array.from(column(IDS.length * 4, 5));
  const settings = { factors: 4, lambda: 0.5, unobserved: 0.25 };
  const gram = Float32Array.from(weightedGram(items, settings.factors, settings.unobserved));
  return {
    model: blendModel(3),
    holdoutModel: blendModel(5),
    easeLambda: 12.5,
    sources: {
      temporalRidge: new TemporalRidgeModel(itemRows(7), { l2: 4 }),
      ials: new IalsModel(IDS, items, gram, settings),
      ease: itemRows(11),
      usesSessions: true,
    },
    basket: {
      model: basketModel(3, BASKET_PARTS),
      holdoutModel: basketModel(4, ['anonymous-one', 'known-several']),
      affinities: new OrderAffinities(itemRows(2), itemRows(6)),
    },
  };
}

/** The scores of a source, after a history. */
function scoresOf(fill: (products: IdTable, history: Int32Array, out: ScoreVector) => void): number[] {
  const products = new IdTable();
  for (const id of [...IDS].reverse()) products.intern(id);
  const out = new ScoreVector();
  out.reset(products.size);
  fill(
    products,
    Int32Array.from(HISTORY, (id) => products.indexOf(id)),
    out,
  );
  return Array.from(out.values.subarray(0, products.size), rounded);
}

const rounded = (value: number) => Number(value.toPrecision(6));
const rowsOf = (rows: SparseItemMatrix | null | undefined) =>
  rows?.productIds.map((id, at) => [id, [...rows.rowAt(at).columns], [...rows.rowAt(at).values]]);

function answersOf({ model, holdoutModel, sources, easeLambda, basket }: RankerArtefact) {
  const candidate = column(FEATURES.length, 13);
  const baskets = (of: BasketModel | undefined) =>
    BASKET_PARTS.map((part) => {
      const out = new Float64Array(1);
      of?.score(part, column(BASKET_FEATURES.length, 9), 1, BASKET_FEATURES.length, out);
      return rounded(out[0]);
    });
  return {
    format: RANKER_FORMAT,
    scores: [model.score(candidate, false), model.score(candidate, true), holdoutModel?.score(candidate, false)],
    figures: model.figures,
    easeLambda,
    temporalRidge: [sources.temporalRidge?.figures.l2, scoresOf((...of) => sources.temporalRidge?.score(...of))],
    ials: scoresOf((...of) => sources.ials?.score(...of)),
    ease: rowsOf(sources.ease),
    baskets: [baskets(basket?.model), baskets(basket?.holdoutModel)],
    affinities: [rowsOf(basket?.affinities?.ridge), rowsOf(basket?.affinities?.shares)],
  };
}

describe('a version of the blend', () => {
  it('is the same bytes', () => fixtures.checkBytes('blend', encodeRanker(blend())));

  it('that was stored returns the same scores', () =>
    fixtures.check('blend answers', answersOf(decodeCompatibleRanker(fixtures.bytes('blend'), {}))));

  it('without sources, holdout model and basket is the same bytes', () => {
    const sources = { temporalRidge: null, ials: null, ease: null, usesSessions: false };
    fixtures.checkBytes('bare blend', encodeRanker({ ...blend(), sources, holdoutModel: null, basket: null }));
    const { holdoutModel, basket, sources: read } = decodeCompatibleRanker(fixtures.bytes('bare blend'), {});
    expect([holdoutModel, basket, ...Object.values(read)]).toEqual([null, null, null, null, null, false]);
  });
});

function ranking(clicks: number): LearnedRanking {
  return {
    weights: { ...DEFAULT_RANKING_MODEL.weights, text: 0.75, clicks, exactMatch: 0.5 },
    missing: { price: 2.5, rating: 4 },
    clicks: new QueryClicks(new Map([[hashText52('blue mug'), new Map([['mug', 1.5], ['pot', -0.25]])]])), // prettier-ignore
    intercept: -1.25,
    examination: Float64Array.of(1, 0.5, 0.25),
    figures: { searches: 300, rows: 2_000, clicks: 120, l2: 10, logLoss: 0.3125 },
  };
}

const EVIDENCE: HitEvidence = {
  ...{
    text: 1.5,
    popularity: 0.5,
    affinity: 0.25,
    unavailable: 1,
    price: 3,
    discount: 0.125,
    rating: 4.5,
    novelty: 0.75,
  },
  ...{ titleMatch: 1, brandMatch: 0.5, categoryMatch: 0.25, attributeMatch: 0, descriptionMatch: 0.125, exactMatch: 1 },
  ...{ clicks: 0.5, boost: 2 },
};

describe("a version of the search's ranking", () => {
  it('is the same bytes', () =>
    fixtures.checkBytes('search ranking', encodeRanking({ model: ranking(0.5), holdoutModel: ranking(0.25) })));

  it('that was stored returns the same scores', () => {
    const { model, holdoutModel } = decodeRanking(fixtures.bytes('search ranking'));
    fixtures.check('search ranking answers', {
      format: RANKING_FORMAT,
      scores: [score(model, EVIDENCE), score(holdoutModel, EVIDENCE)].map(rounded),
      clicks: Object.fromEntries(model.clicks.of('blue mug') ?? []),
      rest: [model.intercept, [...model.examination], model.figures],
    });
  });
});

it('evidence is logged with the same names, in the same order', () => {
  fixtures.check('evidence', {
    names: EVIDENCE_NAMES,
    version: EVIDENCE_VERSION,
    row: encodeEvidence([EVIDENCE]),
  });
});

describe('EASE as it is served', () => {
  it('is the same bytes, as a whole and as a change', () => {
    const served = new ServedEase(itemRows(3), 41, 12.5);
    fixtures.checkBytes('ease', served.encode());
    served.position = 42;
    const row = { columns: Int32Array.of(0, 3), values: Float32Array.of(0.5, -0.25) };
    fixtures.checkBytes('ease delta', served.replace(['cup'], [{ index: 2, row }]));
  });

  it('that was stored is read, and so is a change that was sent', () => {
    const served = ServedEase.decode(fixtures.bytes('ease'));
    served.applyDelta(fixtures.bytes('ease delta'));
    fixtures.check('ease rows', [served.position, served.lambda, rowsOf(served.rows)]);
  });
});

describe('a version of the click model of ads', () => {
  const weights = (seed: number) => encodeHashedLogistic({ intercept: -seed, weights: column(16, seed) });

  it('is the same bytes', () =>
    fixtures.checkBytes('ad clicks', encodeClicks({ model: weights(3), holdoutModel: weights(5) })));

  it('that was stored predicts the same, from the same hashes', () => {
    const bytes = fixtures.bytes('ad clicks');
    const ad = {
      ...{ placement: 'search-results', query: 'steel kettl', productId: 'mug', categories: ['Home > Kitchen'] },
      ...{ lineItem: 7, advertiserId: 'falke' },
    };
    const { singles, crosses } = adFeatures(ad, 2);
    fixtures.check('ad clicks answers', {
      format: CLICKS_FORMAT,
      hashes: { singles: [...singles].sort((a, b) => a - b), crosses: [...crosses].sort((a, b) => a - b) },
      probability: rounded(new ClickModel(decodeClicks(bytes)).predict(ad, 2)),
      heldOut: rounded(decodeClicks(bytes, 'holdoutModel').probability(Uint32Array.of(1, 2))),
    });
  });
});

everyFixtureIsRead(fixtures);
