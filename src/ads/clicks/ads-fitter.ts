import { createHash } from 'node:crypto';
import type { HashedLogistic } from '../../learn/hashed-logistic';
import type { Fitter } from '../../models/fitter';
import { decodeIfReadable } from '../../models/fitter';
import { ClickExamples } from './click-examples';
import { hasExampleAfter, readExampleTime, readImpressions } from './click-example.store';
import { CLICKS_FORMAT, decodeClicks, encodeClicks } from './clicks-artefact';
import { clicksEvidence } from './clicks-evidence';
import { fitClicks } from './fit-clicks';

const MIN_INTERVAL_MS = 10 * 60_000;
/** Older impressions say little about the next ones: line items, queries and the page change. */
const DAYS = 30;
const MAX_IMPRESSIONS = 500_000;

/**
 * Fits the probability of a click on an ad from the impressions of the ledger, those of exploring slots included.
 *
 * A version contains no personal data. Its parameters are weights of hashed features: placement, slot, product,
 * categories, line item, advertiser, and the words of the search. The words are in the decisions, which are deleted when
 * a person is erased. The ledger keeps the entries without the person, so these impressions stay examples without words.
 */
export const adsFitter: Fitter = {
  format: CLICKS_FORMAT,
  minIntervalMs: MIN_INTERVAL_MS,
  async isDue(pool, fittedPosition) {
    return hasExampleAfter(pool, fittedPosition ?? 0, await readExampleTime(pool, Date.now()));
  },
  async fit({ pool, incumbent, best, onProgress }) {
    onProgress(0, 'reading the impressions');
    const examples = new ClickExamples();
    const range = { until: await readExampleTime(pool, Date.now()), days: DAYS, maxImpressions: MAX_IMPRESSIONS };
    const position = await readImpressions(pool, range, (impression) => examples.add(impression));
    const fit = fitClicks(examples, (share) => onProgress(0.3 + 0.6 * share, 'fitting'));
    if ('tooLittle' in fit) return { tooLittleAt: position, reason: fit.tooLittle };
    onProgress(0.9, 'evaluating');
    const bytes = encodeClicks(fit);
    const { testFrom, baseRate } = fit;
    const { evidence, figures } = clicksEvidence(examples, {
      testFrom,
      baseRate,
      candidate: decodeClicks(bytes, 'holdoutModel'),
      incumbent: decodeIfReadable(incumbent, decodeHoldout),
      best: decodeIfReadable(best, decodeHoldout),
      clock: () => performance.now(),
    });
    const data = createHash('sha256');
    for (const part of examples.parts()) data.update(part);
    return {
      bytes,
      position,
      dataHash: data.digest(),
      parameters: { format: CLICKS_FORMAT, days: DAYS, maxImpressions: MAX_IMPRESSIONS },
      figures: {
        impressions: examples.size,
        clicks: examples.clicks,
        weights: decodeClicks(bytes).weightCount,
        ...figures,
      },
      evidence,
    };
  },
};

const decodeHoldout = (bytes: Uint8Array): HashedLogistic => decodeClicks(bytes, 'holdoutModel');
