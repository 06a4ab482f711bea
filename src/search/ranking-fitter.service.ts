import type { Fitter } from '../models/fitter';
import { readLoggedSearches } from './logged-searches.service';
import { learnRanking } from './ranking/learn-ranking';
import type { LoggedSearch } from './ranking/logged-search';
import { decodeRanking, encodeRanking, RANKING_FORMAT, type RankingArtefact } from './ranking/ranking-artefact';
import { rankingEvidence } from './ranking/ranking-evidence';

/** Searches with a click: from fewer nothing is learned. */
const MIN_CLICKED = 200;
/** Of them it is judged on the newest fifth. */
const HELD_OUT = 0.2;
/** The fits say what they are at; about so many times. */
const STAGES = 14;

/** Learns the order of what is found from the searches in the log and their clicks. */
export const rankingFitter: Fitter = {
  kind: 'search',
  format: RANKING_FORMAT,
  async fit({ pool, incumbent, best, onProgress }) {
    onProgress(0, 'reading the log');
    const { position, searches, hash } = await readLoggedSearches(pool);
    const clicked = searches.filter(isClicked);
    if (clicked.length < MIN_CLICKED) return { tooLittleAt: position };
    let stages = 1;
    const onStage = (stage: string) => onProgress(Math.min(0.99, stages++ / STAGES), stage);
    const from = clicked[Math.floor((1 - HELD_OUT) * clicked.length)].at;
    const before = searches.filter(({ at }) => at < from);
    if (!before.some(isClicked)) return { tooLittleAt: position };
    const twin = learnRanking(before, { onStage });
    onStage('judging');
    const heldOut = searches.filter(({ at }) => at >= from);
    const rivals = [incumbent, best].map((bytes) => bytes && comparable(bytes));
    const evidence = rankingEvidence(twin, heldOut, rivals[0]?.twin ?? null, rivals[1]?.twin ?? null);
    const model = learnRanking(searches, { onStage });
    const { l2, ...figures } = model.figures;
    return {
      bytes: encodeRanking({ model, twin }),
      position,
      dataHash: hash,
      parameters: {
        format: RANKING_FORMAT,
        l2,
        weights: model.weights,
        examination: [...model.examination].map((theta) => Math.round(theta * 1e4) / 1e4),
      },
      figures: { ...figures, pairs: model.clicks.pairs, heldOut: heldOut.length },
      evidence,
    };
  },
};

function isClicked({ clicked }: LoggedSearch): boolean {
  return clicked.includes(1);
}

/** One of other code's can't be compared with. */
function comparable(bytes: Uint8Array): RankingArtefact | null {
  try {
    return decodeRanking(bytes);
  } catch {
    return null;
  }
}
