import type { Fitter } from '../../models/fitter';
import { decodeIfReadable } from '../../models/fitter';
import { PREDICTION_DAYS } from '../profiles/profile';
import { readPurchasePeriod } from '../purchases/purchase-lines.store';
import { readBuyers } from '../purchases/read-buyers';
import { newestPosition } from '../../events/position.store';
import { fitValueModel } from './fit-value-model';
import { valueCuts } from './value-cuts';
import { lostPredictions, valueEvidence } from './value-evidence';
import { ValueExamples } from './value-examples';
import { decodeValueVersion, encodeValueVersion } from './value-version';

/** The format of stored versions. */
const FORMAT = 'customer-value/1';
/** If a shop has more customers, a fit reads a sample of them. */
const MAX_CUSTOMERS = 100_000;

/** Fits predicted value and churn on the purchases that followed past instants. */
export const valueFitter: Fitter = {
  format: FORMAT,
  async fit({ pool, incumbent, best, seed, ignoresErasures, onProgress }) {
    onProgress(0, 'reading the log');
    const period = await readPurchasePeriod(pool);
    const cuts = period && valueCuts(period.first, period.last + 1, PREDICTION_DAYS);
    if (period === null || cuts === null || cuts.beforeNewest.length === 0)
      return {
        tooLittleAt: await newestPosition(pool),
        reason: `at least ${3 * PREDICTION_DAYS} days of purchases are needed`,
      };
    const examples = new ValueExamples(cuts.all, PREDICTION_DAYS);
    const { position, currency, weight, dataHash } = await readBuyers(pool, {
      ignoresErasures,
      asOf: period.last + 1,
      maxCustomers: MAX_CUSTOMERS,
      onBuyer: (_, lines) => examples.add(lines),
      onProgress: (share) => onProgress(0.6 * share, 'reading the log'),
    });
    if (currency === null) return { tooLittleAt: position, reason: 'no product or purchase has a price' };
    onProgress(0.6, 'fitting without the newest purchases');
    const holdout = fitValueModel(examples, { cuts: cuts.beforeNewest, seed });
    if ('tooLittle' in holdout) return { tooLittleAt: position, reason: holdout.tooLittle };
    onProgress(0.8, 'fitting');
    const fit = fitValueModel(examples, { cuts: cuts.fitted, seed });
    if ('tooLittle' in fit) return { tooLittleAt: position, reason: fit.tooLittle };
    const active = decodeIfReadable(incumbent, decodeValueVersion);
    return {
      bytes: encodeValueVersion({ currency, model: fit.model, holdoutModel: holdout.model }),
      position,
      dataHash,
      parameters: { format: FORMAT, currency, customerWeight: weight, horizonDays: PREDICTION_DAYS, cuts: cuts.fitted },
      figures: fit.figures,
      evidence: {
        ...valueEvidence(examples, {
          cut: cuts.fitted[0],
          fittedCuts: cuts.beforeNewest,
          candidate: holdout.model,
          incumbent: active?.holdoutModel ?? null,
          best: decodeIfReadable(best, decodeValueVersion)?.holdoutModel ?? null,
          clock: () => performance.now(),
        }),
        faults: lostPredictions(fit.model, active?.model ?? null),
      },
    };
  },
};
