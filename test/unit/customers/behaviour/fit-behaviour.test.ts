import { decodeBehaviourVersion, encodeBehaviourVersion } from '../../../../src/customers/behaviour/behaviour-artefact';
import { behaviourEvidence } from '../../../../src/customers/behaviour/behaviour-evidence';
import { BEHAVIOURS } from '../../../../src/customers/behaviour/behaviour-label';
import { PURCHASE_MODEL_KINDS, type BehaviourModel } from '../../../../src/customers/behaviour/behaviour-model';
import { behaviourQuality, purchaseQuality } from '../../../../src/customers/behaviour/behaviour-quality';
import { fitBehaviour, type BehaviourFit } from '../../../../src/customers/behaviour/fit-behaviour';
import { fitBehaviourTree } from '../../../../src/customers/behaviour/fit-behaviour-tree';
import { predictBehaviour } from '../../../../src/customers/behaviour/predict-behaviour';
import { pathText } from '../../../../src/customers/behaviour/behaviour-path';
import { SessionExamples } from '../../../../src/customers/behaviour/session-examples';
import { splitForServing } from '../../../../src/customers/behaviour/session-slices';
import { SESSION_FEATURE_INDEX } from '../../../../src/features/session-features';
import { leafOf } from '../../../../src/learn/decision-nodes';
import { seededRandom } from '../../../../src/learn/seeded-random';
import { evaluateGate } from '../../../../src/models/gate';
import { syntheticVisitors } from '../../../setup/synthetic-sessions';

const UNTIL = 1e12;

function examplesOf(visitors: ReturnType<typeof syntheticVisitors>): SessionExamples {
  const examples = new SessionExamples();
  for (const visitor of visitors) examples.add(visitor, UNTIL);
  return examples;
}

describe('fitBehaviour on synthetic sessions of known habits', () => {
  const examples = examplesOf(syntheticVisitors(2_500));
  let fit: BehaviourFit;

  beforeAll(() => {
    const found = fitBehaviour(examples, 1);
    if ('tooLittle' in found) throw new Error(found.tooLittle);
    fit = found;
  });

  it('finds the habits of visitors that it was not fitted on', () => {
    const { accuracy, labels } = behaviourQuality(fit.holdoutModel.behaviour!, examples, fit.test);
    // A session of one habit that has ended is labelled LEAVE, and its first events may look like another habit.
    expect(accuracy).toBeGreaterThan(0.7);
    for (const label of BEHAVIOURS) expect([label, labels[label].recall > 0.5]).toEqual([label, true]);
    const purchase = purchaseQuality(fit.holdoutModel.purchase, examples, fit.test)!;
    expect(purchase.auc).toBeGreaterThan(0.9);
  });

  it('keeps the losses of all models, and the winner has the least on the calibration slice', () => {
    expect(fit.competitors.map(({ kind }) => kind).sort()).toEqual([...PURCHASE_MODEL_KINDS].sort());
    const losses = fit.competitors.map(({ logLoss }) => logLoss);
    expect(losses).toEqual([...losses].sort((a, b) => a - b));
    expect(fit.model.purchase.score.kind).toBe(fit.competitors[0].kind);
  });

  it('predicts calibrated probabilities', () => {
    const predicted = (model: BehaviourModel) =>
      Array.from(fit.test, (row) => predictBehaviour(model, examples.featuresOf(row)));
    const answers = predicted(fit.holdoutModel);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const bought = mean(Array.from(fit.test, (row) => examples.purchases[row]));
    expect(mean(answers.map(({ purchaseProbability }) => purchaseProbability))).toBeCloseTo(bought, 1);
    BEHAVIOURS.forEach((label, at) => {
      const share = mean(Array.from(fit.test, (row) => (examples.labels[row] === at ? 1 : 0)));
      expect(mean(answers.map(({ probabilities }) => probabilities[label]))).toBeCloseTo(share, 1);
    });
    for (const { probabilities } of answers)
      expect(Object.values(probabilities).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 9);
  });

  it('answers with a path whose steps hold and lead to the leaf', () => {
    const { tree } = fit.model.behaviour!;
    for (let row = 0; row < 200; row++) {
      const features = examples.featuresOf(row);
      const { path, source, purchaseSource } = predictBehaviour(fit.model, features);
      expect([source, purchaseSource]).toEqual(['MODEL', 'MODEL']);
      for (const { feature, comparison, threshold, value, text } of path) {
        expect(value).toBe(features[SESSION_FEATURE_INDEX.get(feature)!]);
        expect(value > threshold).toBe(comparison === 'ABOVE');
        expect(text).not.toBe('');
      }
      // The steps alone decide the leaf: a session that meets them gets there with any other features.
      const other = new Float64Array(features.length).fill(NaN);
      for (const { feature, value } of path) other[SESSION_FEATURE_INDEX.get(feature)!] = value;
      expect(leafOf(tree.nodes, other)).toBe(leafOf(tree.nodes, features));
      expect(pathText(path).split(' → ')).toHaveLength(path.length);
    }
  });

  it('is the same for the same sessions and seed, and survives encoding', () => {
    const again = fitBehaviour(examplesOf(syntheticVisitors(2_500)), 1) as BehaviourFit;
    const bytes = encodeBehaviourVersion(fit);
    expect(encodeBehaviourVersion(again)).toEqual(bytes);
    const decoded = decodeBehaviourVersion(bytes);
    for (let row = 0; row < 100; row++) {
      const features = examples.featuresOf(row);
      expect(predictBehaviour(decoded.model, features)).toEqual(predictBehaviour(fit.model, features));
      expect(predictBehaviour(decoded.holdoutModel, features)).toEqual(predictBehaviour(fit.holdoutModel, features));
    }
    expect(encodeBehaviourVersion(decoded)).toEqual(bytes);
    expect(() => decodeBehaviourVersion(bytes.slice(0, -5))).toThrow(RangeError);
    expect(() => decodeBehaviourVersion(Uint8Array.from([3, 97, 98, 99, 1]))).toThrow('expected session-behaviour');
    const renamed = bytes.slice();
    renamed[new TextDecoder('latin1').decode(bytes).indexOf('secondsSinceStart')] = 'x'.charCodeAt(0);
    expect(() => decodeBehaviourVersion(renamed)).toThrow('this release computes');
  });

  it('encodes each model of the competition', () => {
    for (const { model } of fit.competitors) {
      const version = { ...fit, model: { purchase: model, behaviour: null } };
      const decoded = decodeBehaviourVersion(encodeBehaviourVersion(version)).model;
      for (let row = 0; row < 20; row++)
        expect(predictBehaviour(decoded, examples.featuresOf(row))).toEqual(
          predictBehaviour(version.model, examples.featuresOf(row)),
        );
    }
  });

  it('passes the gate against shares, and a version of another habit does not pass against it', () => {
    const options = { test: fit.test, incumbent: null, best: null, clock: () => 0 };
    const first = behaviourEvidence(examples, { ...options, candidate: fit.holdoutModel });
    expect(evaluateGate(first, 1)).toMatchObject({ passed: true, reasons: [] });
    // The labels of other sessions: the model has learned nothing.
    const noise = examplesOf(syntheticVisitors(2_500));
    noise.labels.subarray(0, noise.size).reverse();
    noise.purchases.subarray(0, noise.size).reverse();
    const worse = fitBehaviour(noise, 1) as BehaviourFit;
    const second = behaviourEvidence(examples, {
      ...options,
      candidate: worse.holdoutModel,
      incumbent: fit.holdoutModel,
    });
    expect(evaluateGate(second, 1)).toMatchObject({ passed: false });
  });
});

describe('fitBehaviourTree', () => {
  it('is pruned as strongly as the calibration slice demands: to the root if the labels say nothing', () => {
    const examples = examplesOf(syntheticVisitors(2_500));
    const slices = splitForServing(examples);
    expect(fitBehaviourTree(examples, slices).tree.nodes.feature.length).toBeGreaterThan(9);
    const random = seededRandom(4);
    for (let row = 0; row < examples.size; row++) examples.labels[row] = Math.floor(random() * BEHAVIOURS.length);
    expect(fitBehaviourTree(examples, slices).tree.nodes.feature).toHaveLength(1);
  });
});

describe('fitBehaviour with few sessions', () => {
  it('leaves a shop below 1,000 sessions, or below 100 with an order, to the rules', () => {
    expect(fitBehaviour(examplesOf(syntheticVisitors(100)), 1)).toEqual({
      tooLittle: expect.stringContaining('at least 1000 and 100 are needed'),
    });
    const idle = examplesOf(syntheticVisitors(1_000));
    idle.purchases.fill(0);
    expect(fitBehaviour(idle, 1)).toEqual({ tooLittle: expect.stringContaining(', 0 of them with an order') });
  });

  it('leaves the behaviour to the rules if fewer than 100 sessions have a label', () => {
    const examples = examplesOf(syntheticVisitors(1_000));
    const compare = BEHAVIOURS.indexOf('COMPARE');
    let left = 99;
    for (let row = 0; row < examples.size; row++)
      if (examples.labels[row] === compare && left-- <= 0) examples.labels[row] = BEHAVIOURS.indexOf('BROWSE');
    const fit = fitBehaviour(examples, 1) as BehaviourFit;
    expect(fit.model.behaviour).toBeNull();
    expect(predictBehaviour(fit.model, examples.featuresOf(0))).toMatchObject({
      source: 'RULE',
      purchaseSource: 'MODEL',
    });
  });
});
