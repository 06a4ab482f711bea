import { createHash } from 'node:crypto';
import { EventColumns } from '../events/event-columns';
import { readEventsByTime } from '../events/log-reader';
import type { Fitter } from '../models/fitter';
import { kernelThreads } from '../platform/kernel-threads';
import { loadKernels } from '../platform/kernels';
import { BLEND_WINDOWS, fitAndTestBlend } from './blend';
import { BLEND_FORMAT, decodeBlend, encodeBlend, type BlendArtefact } from './blend-artefact';
import { TELLING_TYPES } from './signals';
import { fitSources } from './source-fits';

/** A fit reads at most this many events, the newest ones. */
const MAX_EVENTS = 3_000_000;
/** Approximate number of progress reports of a fit. */
const STAGES = 24;

/** Fits the models of the candidate sources, and the ranker on their scores, on all purchases so far. */
export const blendFitter: Fitter = {
  kind: 'blend',
  format: BLEND_FORMAT,
  async fit({ pool, incumbent, best, seed, onProgress }) {
    onProgress(0, 'reading the log');
    const events = new EventColumns();
    const hash = createHash('sha256');
    const position = await readEventsByTime(pool, TELLING_TYPES, MAX_EVENTS, (event) => {
      events.append(event);
      hash.update(`${event.source}\n${event.id}\n${event.occurredAt}\n`);
    });
    const until = events.length === 0 ? 1 : events.timeAt(events.length - 1) + 1;
    let stages = 1;
    const report = (stage: string) => onProgress(Math.min(0.99, stages++ / STAGES), stage);
    const kernels = { ...loadKernels(), threads: kernelThreads() };
    const fits = fitSources(events, { until, seed, back: BLEND_WINDOWS, kernels, onProgress: report });
    // The fit as of `until` runs first: its matrices are large, and the state of the shop is not in memory yet.
    fits.temporalRidges.asOf(until);
    const rivals = { incumbent: incumbent && comparable(incumbent), best: best && comparable(best) };
    const tested = fitAndTestBlend(events, {
      until,
      seed,
      sources: fits,
      incumbent: rivals.incumbent?.twin,
      incumbentBasket: rivals.incumbent?.basket?.twin,
      best: rivals.best?.twin,
      bestBasket: rivals.best?.basket?.twin,
      onProgress: report,
    });
    if (!tested) return { tooLittleAt: position };
    const { model, twin, evidence, sources, basket } = tested;
    const { rows, positives, logLoss, l2 } = model.figures;
    return {
      bytes: encodeBlend({ model, twin, sources, easeLambda: fits.easeLambda, basket }),
      position,
      dataHash: hash.digest(),
      parameters: {
        l2,
        temporalRidgeL2: sources.temporalRidge?.figures.l2 ?? null,
        easeLambda: fits.easeLambda,
        features: model.featureNames.length,
        format: BLEND_FORMAT,
        mostEvents: MAX_EVENTS,
      },
      figures: { rows, positives, logLoss },
      evidence,
    };
  },
};

/** Returns null for a version of incompatible code, which cannot be compared. */
function comparable(bytes: Uint8Array): BlendArtefact | null {
  try {
    return decodeBlend(bytes);
  } catch {
    return null;
  }
}
