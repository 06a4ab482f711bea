import { learnRanking, type LearnedRanking } from '../../../../src/search/ranking/learn-ranking';
import { type LoggedSearch, PLACE_GROUP_COUNT } from '../../../../src/search/ranking/logged-search';
import { DEFAULT_RANKING_MODEL, type RankingModel } from '../../../../src/search/ranking/log-linear';
import { evaluateGate } from '../../../../src/models/gate';
import { decodeRanking, encodeRanking } from '../../../../src/search/ranking/ranking-artefact';
import { rankingGateEvidence } from '../../../../src/search/ranking/ranking-gate-evidence';
import { SHOWN, SimulatedShop, trueExamination, wanted } from './simulated-shop';

/** All data is synthetic, so its truth is known: see `simulated-shop.ts`. */
describe('a ranking learned from the clicks of simulated people', () => {
  const shop = new SimulatedShop(2);
  let logged: LoggedSearch[];
  /** Learned from what the hand-set ranking showed, then also from what that ranking showed. */
  let first: LearnedRanking;
  let second: LearnedRanking;
  /** Learned as if every person looked at every position. */
  let naive: LearnedRanking;

  beforeAll(() => {
    const before = shop.visit(DEFAULT_RANKING_MODEL, 12_000);
    first = learnRanking(before);
    logged = [...before, ...shop.visit(first, 12_000)];
    second = learnRanking(logged);
    naive = learnRanking(logged, { examination: new Float64Array(PLACE_GROUP_COUNT).fill(1) });
  });

  it('estimates how often each position is looked at, within a fifth', () => {
    for (let place = 0; place < SHOWN; place++)
      expect(Math.abs(Math.log(second.examination[place] / trueExamination(place)))).toBeLessThan(Math.log(1.2));
  });

  it('ranks wanted products higher than weights set by hand, and than uncorrected clicks', () => {
    const [byHand, byClicks, once, twice] = [DEFAULT_RANKING_MODEL, naive, first, second].map((model) =>
      shop.ndcg(model),
    );
    expect(once).toBeGreaterThan(byHand + 0.1);
    expect(twice).toBeGreaterThan(once);
    expect(twice).toBeGreaterThan(byClicks + 0.01);
  });

  it('raises a good product that was shown low, and lowers a bad one that was shown first', () => {
    const places = (model: RankingModel, query: number, id: string) =>
      shop.ranked(model, query, 0).findIndex((product) => product.id === id);
    let [raised, lowered, low, bad] = [0, 0, 0, 0];
    // The most frequent queries.
    for (let query = 0; query < 15; query++) {
      const shown = shop.ranked(DEFAULT_RANKING_MODEL, query, 0).slice(0, SHOWN);
      const best = shown.reduce((a, b) => (wanted(b, 0) > wanted(a, 0) ? b : a));
      const worst = shown.reduce((a, b) => (wanted(b, 0) < wanted(a, 0) ? b : a));
      if (shown.indexOf(best) >= 4) {
        low++;
        if (places(second, query, best.id) <= 2) raised++;
      }
      if (shown.indexOf(worst) <= 1) {
        bad++;
        if (places(second, query, worst.id) >= SHOWN / 2) lowered++;
      }
    }
    expect(low).toBeGreaterThan(0);
    expect(bad).toBeGreaterThan(0);
    expect(raised / low).toBeGreaterThan(0.7);
    expect(lowered).toBe(bad);
  });

  it('gives people of opposite tastes different orders for the same query', () => {
    const [one, other] = ([0, 1] as const).map((person) => shop.ranked(second, 0, person).map(({ id }) => id));
    expect(one).not.toEqual(other);
  });

  it('learns the same from the same data', () => {
    expect(learnRanking(logged.slice(0, 2_000))).toEqual(learnRanking(logged.slice(0, 2_000)));
  });

  it('stays near the weights set by hand if there are few clicks', () => {
    const few = learnRanking(logged.slice(0, 20));
    expect(few.figures.clicks).toBeGreaterThan(0);
    for (const name of ['text', 'popularity', 'affinity'] as const)
      expect(Math.abs(few.weights[name] - DEFAULT_RANKING_MODEL.weights[name])).toBeLessThan(0.5);
  });

  it('has the order of the weights set by hand if there are no clicks at all', () => {
    const none = learnRanking(
      logged.slice(0, 500).map((search) => ({ ...search, clicked: search.clicked.map(() => 0) })),
    );
    for (let query = 0; query < 20; query++)
      expect(shop.ranked({ ...none, clicks: DEFAULT_RANKING_MODEL.clicks }, query, 0)).toEqual(
        shop.ranked(DEFAULT_RANKING_MODEL, query, 0),
      );
  });

  it('passes the gate on unseen searches, against the weights set by hand and the version before', () => {
    const later = shop.visit(second, 3_000);
    const beside = rankingGateEvidence(second, later, null, null);
    const verdict = evaluateGate(beside, 1);
    expect(verdict.reasons).toEqual([]);
    expect(verdict.figures['IPS reciprocal rank']).toBeGreaterThan(
      verdict.figures['IPS reciprocal rank the weights set by hand'],
    );
    expect(evaluateGate(rankingGateEvidence(second, later, first, null), 1).passed).toBe(true);
  });

  it('is refused by the gate if it is worse', () => {
    const later = shop.visit(second, 3_000);
    const { weights } = second;
    const worse = { ...second, weights: { ...weights, clicks: -weights.clicks } };
    const verdict = evaluateGate(rankingGateEvidence(worse, later, second, null), 1);
    expect(verdict.passed).toBe(false);
    expect(verdict.reasons.join()).toMatch(/IPS reciprocal rank .* of the active version on held-out time/);
    const toHand = evaluateGate(rankingGateEvidence(worse, later, null, null), 1);
    expect(toHand.reasons.join()).toMatch(/of the weights set by hand on held-out time/);
  });

  it('is read as it was written', () => {
    const bytes = encodeRanking({ model: second, holdoutModel: first });
    const decoded = decodeRanking(bytes);
    expect([decoded.model, decoded.holdoutModel]).toEqual([second, first]);
    expect(() => decodeRanking(bytes.slice(0, 100))).toThrow();
  });
});
