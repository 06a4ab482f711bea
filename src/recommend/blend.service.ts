import { createHash } from 'node:crypto';
import { readEventsByTime } from '../events/log-reader';
import type { LogEvent } from '../events/log-event';
import type { Fitter } from '../models/fitter';
import { fitAndTestBlend } from './blend';
import { decodeBlend, encodeBlend } from './blend-artefact';
import type { BlendModel } from './blend-model';

/** The newest events that a fit looks at. */
const MOST_EVENTS = 3_000_000;
/** `fitAndTestBlend` says what it is at; about so many times. */
const STAGES = 8;

/** Fits the blend on all purchases so far. */
export const blendFitter: Fitter = {
  kind: 'blend',
  async fit({ pool, incumbent, seed, onProgress }) {
    onProgress(0, 'reading the log');
    const { position, events } = await readEventsByTime(pool, MOST_EVENTS);
    let stages = 1;
    const tested = fitAndTestBlend(events, {
      until: (events.at(-1)?.occurredAt ?? 0) + 1,
      seed,
      incumbent: incumbent && twinOf(incumbent),
      onProgress: (stage) => onProgress(Math.min(0.99, stages++ / STAGES), stage),
    });
    if (!tested) return { tooLittleAt: position };
    const { model, twin, evidence } = tested;
    const { rows, positives, logLoss, l2 } = model.figures;
    return {
      bytes: encodeBlend({ model, twin }),
      position,
      dataHash: hashOf(events),
      parameters: { l2, features: model.featureNames.length, mostEvents: MOST_EVENTS },
      figures: { rows, positives, logLoss },
      evidence,
    };
  },
};

/** One of other code's can't be compared with. */
function twinOf(bytes: Uint8Array): BlendModel | null {
  try {
    return decodeBlend(bytes).twin;
  } catch {
    return null;
  }
}

function hashOf(events: readonly LogEvent[]): Uint8Array {
  const hash = createHash('sha256');
  for (const { source, id, occurredAt } of events) hash.update(`${source}\n${id}\n${occurredAt}\n`);
  return hash.digest();
}
