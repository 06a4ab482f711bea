import type { ActiveModel } from '../../models/active-model.service';
import type { IntentsArtefact } from './intents-artefact';
import type { UnderstoodMessage } from './understood-message';

/** Number of intents that are stored with a message. */
const MAX_CANDIDATES = 3;

/** Understands messages with the active model of intents. */
export class UnderstandingService {
  constructor(private readonly model: Pick<ActiveModel<IntentsArtefact>, 'current' | 'version'>) {}

  /** Returns the intent of a text if its probability reaches the threshold of the model. */
  understand(text: string): UnderstoodMessage {
    const { version } = this.model;
    const current = this.model.current?.classifier;
    if (current === undefined) return { intent: null, confidence: null, candidates: [], modelVersion: null };
    const candidates = current.classify(text).slice(0, MAX_CANDIDATES);
    const [best] = candidates;
    const confidence = best?.confidence ?? 0;
    const isCertain = best !== undefined && confidence >= current.threshold;
    return { intent: isCertain ? best.intent : null, confidence, candidates, modelVersion: version };
  }
}
