import type { Fitter } from '../../models/fitter';
import { decodeIfReadable } from '../../models/fitter';
import { BEHAVIOUR_FORMAT, decodeBehaviourVersion, encodeBehaviourVersion } from './behaviour-artefact';
import { behaviourEvidence } from './behaviour-evidence';
import { behaviourQuality, purchaseQuality } from './behaviour-quality';
import { countLabels, fitBehaviour, type BehaviourFit } from './fit-behaviour';
import { SessionExamples } from './session-examples';
import { readVisitors } from './visitors.store';

/** Behaviour changes with the season and the shop: older sessions say little about the next ones. */
const DAYS = 90;
/** If these days have more events, a fit reads a sample of the visitors. */
const MAX_EVENTS = 2_000_000;

/** Fits the behaviour and the purchase probability of sessions on the ended sessions of the last months. */
export const behaviourFitter: Fitter = {
  format: BEHAVIOUR_FORMAT,
  async fit({ pool, incumbent, best, seed, ignoresErasures, onProgress }) {
    onProgress(0, 'reading the log');
    const examples = new SessionExamples();
    const { position, weight, dataHash } = await readVisitors(pool, {
      ignoresErasures,
      days: DAYS,
      maxEvents: MAX_EVENTS,
      onVisitor: (visitor, { since, until }) => examples.add(visitor, until, since),
    });
    onProgress(0.5, 'fitting');
    const fit = fitBehaviour(examples, seed);
    if ('tooLittle' in fit) return { tooLittleAt: position, reason: fit.tooLittle };
    onProgress(0.9, 'evaluating');
    const { model, holdoutModel, competitors, test } = fit;
    const labels = countLabels(examples);
    return {
      bytes: encodeBehaviourVersion({ model, holdoutModel }),
      position,
      dataHash,
      parameters: {
        format: BEHAVIOUR_FORMAT,
        visitorWeight: weight,
        days: DAYS,
        purchaseModel: competitors[0]!.kind,
        behaviour: model.behaviour === null ? 'rules' : 'tree',
        labels,
      },
      figures: { sessions: examples.size, ...figuresOf(fit, examples) },
      evidence: behaviourEvidence(examples, {
        test,
        candidate: holdoutModel,
        incumbent: decodeIfReadable(incumbent, decodeBehaviourVersion)?.holdoutModel ?? null,
        best: decodeIfReadable(best, decodeBehaviourVersion)?.holdoutModel ?? null,
        clock: () => performance.now(),
      }),
    };
  },
};

/** The scores of all competitors, and of the tree of behaviour, on the test slice. */
function figuresOf({ competitors, holdoutModel, test }: BehaviourFit, examples: SessionExamples) {
  const figures: Record<string, number> = { testSessions: test.length };
  for (const { kind, model, logLoss } of competitors) {
    figures[`${kind} log-loss, calibration`] = logLoss;
    const scores = purchaseQuality(model, examples, test);
    if (scores === null) continue;
    figures[`${kind} log-loss`] = scores.logLoss;
    figures[`${kind} Brier`] = scores.brier;
    figures[`${kind} AUC`] = scores.auc;
  }
  if (holdoutModel.behaviour === null) return figures;
  const { labels, accuracy, macroF1 } = behaviourQuality(holdoutModel.behaviour, examples, test);
  for (const [label, { recall, precision }] of Object.entries(labels)) {
    if (Number.isFinite(recall)) figures[`${label} recall`] = recall;
    if (Number.isFinite(precision)) figures[`${label} precision`] = precision;
  }
  return { ...figures, accuracy, 'macro F1': macroF1 };
}
