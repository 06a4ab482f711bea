import { createHash } from 'node:crypto';
import { EventColumns } from '../../events/event-columns';
import type { LogEvent } from '../../events/log-event';
import { readEventsByTime } from '../../events/customer-sample.store';
import type { Fitter } from '../../models/fitter';
import { decodeIfReadable } from '../../models/fitter';
import { kernelThreads } from '../../platform/kernel-threads';
import { loadKernels } from '../../platform/kernels';
import { RANKER_WINDOWS, fitAndTestRanker } from './fit-ranker';
import type { EvaluatedRanker } from './ranker-evidence';
import { RANKER_FORMAT, decodeRanker, encodeRanker, type RankerArtefact } from '../artefact/ranker-artefact';
import { SIGNAL_EVENT_TYPES } from '../../live-state/signals';
import { fitSources } from './source-fits';

/** If a shop has more events than this, a fit reads the events of a sample of its customers. */
const MAX_EVENTS = 3_000_000;
/** Approximate number of progress reports of a fit. */
const PROGRESS_STEPS = 24;

/** Fits the models of the candidate sources on the events of the log, and then the ranker on their scores. */
export const rankerFitter: Fitter = {
  format: RANKER_FORMAT,
  async fit({ pool, incumbent, best, seed, ignoresErasures, onProgress }) {
    onProgress(0, 'reading the log');
    const events = new EventColumns();
    const hash = createHash('sha256');
    const onEvent = (event: LogEvent) => {
      events.append(event);
      hash.update(`${event.source}\n${event.id}\n${event.occurredAt}\n`);
    };
    const options = { ignoresErasures };
    const { position, ...sample } = await readEventsByTime(pool, SIGNAL_EVENT_TYPES, MAX_EVENTS, onEvent, options);
    const until = events.length === 0 ? 1 : events.timeAt(events.length - 1) + 1;
    let stages = 1;
    const report = (stage: string) => onProgress(Math.min(0.99, stages++ / PROGRESS_STEPS), stage);
    const kernels = { ...loadKernels(), threads: kernelThreads() };
    const fits = fitSources(events, { until, seed, back: RANKER_WINDOWS, kernels, onProgress: report });
    // The temporal ridge as of `until` is fitted first: its matrices are large, and shop state is not in memory yet.
    fits.temporalRidges.asOf(until);
    const rivals = { incumbent: decodeIfReadable(incumbent, decodeRanker), best: decodeIfReadable(best, decodeRanker) };
    const tested = fitAndTestRanker(events, {
      until,
      seed,
      sample,
      sources: fits,
      incumbent: evaluatedRankerOf(rivals.incumbent),
      incumbentBasket: rivals.incumbent?.basket?.holdoutModel,
      best: evaluatedRankerOf(rivals.best),
      bestBasket: rivals.best?.basket?.holdoutModel,
      onProgress: report,
    });
    if (!tested) return { tooLittleAt: position };
    const { model, holdoutModel, evidence, sources, basket } = tested;
    const { rows, positives, logLoss, l2 } = model.figures;
    return {
      bytes: encodeRanker({ model, holdoutModel, sources, easeLambda: fits.easeLambda, basket }),
      position,
      dataHash: hash.digest(),
      parameters: {
        l2,
        temporalRidgeL2: sources.temporalRidge?.figures.l2 ?? null,
        easeLambda: fits.easeLambda,
        usesSessions: sources.usesSessions,
        features: model.featureNames.length,
        format: RANKER_FORMAT,
        mostEvents: MAX_EVENTS,
        customerWeight: sample.weight,
      },
      figures: { rows, positives, logLoss },
      evidence: evidence ?? { needed: 'at least two months of purchases are needed' },
    };
  },
};

/** Returns the holdout model of a version, to be compared with a new one. Returns null if there is none. */
function evaluatedRankerOf(artefact: RankerArtefact | null | undefined): EvaluatedRanker | null {
  if (!artefact?.holdoutModel) return null;
  return { model: artefact.holdoutModel, usesSessions: artefact.sources.usesSessions };
}
