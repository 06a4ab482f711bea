import { ByteWriter } from '../../../../src/learn/byte-writer';
import { FIELD_FEATURES } from '../../../../src/search/ranking/field-evidence';
import { learnRanking, type LearnedRanking } from '../../../../src/search/ranking/learn-ranking';
import { DEFAULT_RANKING_MODEL, type RankingModel } from '../../../../src/search/ranking/log-linear';
import { QueryClicks } from '../../../../src/search/ranking/query-clicks';
import { decodeRanking, encodeRanking } from '../../../../src/search/ranking/ranking-artefact';
import { SimulatedShop, withoutFields } from './simulated-shop';

const SEARCHES = 3_000;

/**
 * Synthetic, with known truth: see `simulated-shop.ts`. Judged on queries without searches, on which there are no
 * clicks.
 */
describe('the fields of matched words, as a feature of the ranking', () => {
  const unseen = (model: RankingModel) => ({ ...model, clicks: QueryClicks.NONE });
  const titleMatters = new SimulatedShop(5, 1.5);
  const logged = titleMatters.visit(DEFAULT_RANKING_MODEL, SEARCHES);

  it('ranks wanted products higher where it matters, also for queries without earlier searches', () => {
    const others = new SimulatedShop(6, 1.5);
    const [blind, seeing] = [withoutFields(logged), logged].map((searches) => learnRanking(searches));
    for (const name of FIELD_FEATURES) expect(blind.weights[name]).toBe(0);
    expect(seeing.weights.titleMatch - seeing.weights.descriptionMatch).toBeGreaterThan(0.4);
    const [byHand, without, withThem] = [DEFAULT_RANKING_MODEL, blind, seeing].map((model) =>
      others.ndcg(unseen(model)),
    );
    expect(without).toBeGreaterThan(byHand);
    expect(withThem).toBeGreaterThan(without + 0.04);
  });

  it('costs hardly anything if it has no information', () => {
    const shop = new SimulatedShop(7);
    const searches = shop.visit(DEFAULT_RANKING_MODEL, SEARCHES);
    const others = new SimulatedShop(8);
    const [blind, seeing] = [withoutFields(searches), searches].map((each) => others.ndcg(unseen(learnRanking(each))));
    expect(seeing).toBeGreaterThan(blind - 0.01);
  });

  it('is learned together with what was logged before it was recorded', () => {
    const half = SEARCHES / 2;
    const { weights } = learnRanking([...withoutFields(logged.slice(0, half)), ...logged.slice(half)]);
    expect(weights.titleMatch - weights.descriptionMatch).toBeGreaterThan(0.2);
  });

  it('is stored without the queries, which people have written', () => {
    const model = learnRanking(logged.slice(0, 500));
    expect(model.clicks.pairs).toBeGreaterThan(0);
    const bytes = Buffer.from(encodeRanking({ model, holdoutModel: model })).toString('latin1');
    const queries = [...new Set(logged.slice(0, 500).map(({ query }) => query))];
    expect(queries.filter((query) => query.length > 3 && bytes.includes(query))).toEqual([]);
    const [clicked] = queries.filter((query) => model.clicks.of(query) !== undefined);
    expect(decodeRanking(encodeRanking({ model, holdoutModel: model })).model.clicks.of(clicked)).toEqual(
      model.clicks.of(clicked),
    );
  });

  it('has no weight in a version that was learned without it', () => {
    const model = learnRanking(logged.slice(0, 500));
    const names = ['text', 'popularity', 'affinity', 'unavailable', 'price', 'discount', 'rating', 'novelty'] as const;
    const weights = Object.fromEntries([...names, 'clicks' as const].map((name) => [name, model.weights[name]]));
    const none = Object.fromEntries(FIELD_FEATURES.map((name) => [name, 0]));
    const read = decodeRanking(versionOf(model, names, weights)).model;
    expect(read).toEqual({ ...model, weights: { ...weights, ...none } });
    expect(() => decodeRanking(versionOf(model, [...names, 'size'], weights))).toThrow('size');
  });
});

/** Encoded with other features. */
function versionOf(model: LearnedRanking, features: readonly string[], weights: object): Uint8Array {
  const writer = new ByteWriter();
  writer.string('freshet-search-ranking');
  writer.varint(2);
  writer.string(features.join(' '));
  const { missing, intercept, examination, figures, clicks } = model;
  for (let twice = 0; twice < 2; twice++) {
    writer.string(JSON.stringify({ weights, missing, intercept, examination: [...examination], figures }));
    clicks.write(writer);
  }
  return writer.finish();
}
