import type { Fitter } from '../../models/fitter';
import { decodeIfReadable } from '../../models/fitter';
import { readLoggedSearches } from './logged-searches.store';
import { learnRanking } from './learn-ranking';
import type { LoggedSearch } from './logged-search';
import { decodeRanking, encodeRanking, RANKING_FORMAT } from './ranking-artefact';
import { rankingGateEvidence } from './ranking-gate-evidence';

/** A version of the ranking is fitted only if at least this many logged searches have a click. */
const MIN_CLICKED_SEARCHES = 200;
/** A version is evaluated on the newest searches. They contain this share of the searches with a click. */
const HELD_OUT_SHARE = 0.2;
/** Approximate number of progress reports of one run. */
const STAGES = 14;

/** Fits the search ranking from the logged searches and their clicks. */
export const rankingFitter: Fitter = {
  format: RANKING_FORMAT,
  async fit({ pool, incumbent, best, ignoresErasures, onProgress }) {
    onProgress(0, 'reading the log');
    const { position, searches, hash } = await readLoggedSearches(pool, { ignoresErasures });
    const clicked = searches.filter(isClicked);
    if (clicked.length < MIN_CLICKED_SEARCHES) return { tooLittleAt: position };
    let stages = 1;
    const onStage = (stage: string) => onProgress(Math.min(0.99, stages++ / STAGES), stage);
    const heldOutStart = clicked[Math.floor((1 - HELD_OUT_SHARE) * clicked.length)].at;
    const trainingSearches = searches.filter(({ at }) => at < heldOutStart);
    if (!trainingSearches.some(isClicked)) return { tooLittleAt: position };
    const holdoutModel = learnRanking(trainingSearches, { onStage });
    onStage('evaluating');
    const heldOut = searches.filter(({ at }) => at >= heldOutStart);
    const rivals = [incumbent, best].map((bytes) => decodeIfReadable(bytes, decodeRanking));
    const evidence = rankingGateEvidence(
      holdoutModel,
      heldOut,
      rivals[0]?.holdoutModel ?? null,
      rivals[1]?.holdoutModel ?? null,
    );
    const model = learnRanking(searches, { onStage });
    const { l2, ...figures } = model.figures;
    return {
      bytes: encodeRanking({ model, holdoutModel }),
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
