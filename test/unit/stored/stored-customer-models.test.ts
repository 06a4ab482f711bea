/** Versions of segments, values and behaviours, as they are stored: the stored bytes are read and written again. */
import {
  decodeBehaviourVersion,
  encodeBehaviourVersion,
  type BehaviourVersion,
} from '../../../src/customers/behaviour/behaviour-artefact';
import { BEHAVIOURS } from '../../../src/customers/behaviour/behaviour-label';
import type { BehaviourModel, PurchaseScore } from '../../../src/customers/behaviour/behaviour-model';
import { FIXED_COLUMNS } from '../../../src/customers/segments/segment-encoding';
import {
  decodeSegments,
  encodeSegments,
  type SegmentsArtefact,
} from '../../../src/customers/segments/segments-artefact';
import { VALUE_FEATURES } from '../../../src/customers/value/value-features';
import type { ValueModel } from '../../../src/customers/value/value-model';
import { decodeValueVersion, encodeValueVersion, type ValueVersion } from '../../../src/customers/value/value-version';
import { SESSION_FEATURES } from '../../../src/features/session-features';
import { LEAF, type DecisionNodes } from '../../../src/learn/decision-nodes';
import { everyFixtureIsRead, storedFixtures } from '../../setup/stored-fixtures';

const fixtures = storedFixtures('customer-models');

/** Numbers that a double holds exactly. */
const column = (length: number, seed: number) =>
  Float64Array.from({ length }, (_, at) => (((at + 1) * seed) % 17) / 8 - 1);

function segments(): SegmentsArtefact {
  const width = FIXED_COLUMNS.length + 1;
  const segment = (id: number, gapDays: number | null) => ({
    id,
    name: `Segment ${id}`,
    terms: ['recent', 'frequent'].slice(0, id),
    description: 'Customers who order often.',
    size: 10 * id,
    centroid: column(width, id),
    profile: {
      ...{
        recencyDays: 3.5,
        orders: 2,
        oneOrderShare: 0.25,
        gapDays,
        basket: 1.5,
        netAmount: 20,
        discountShare: 0.125,
      },
      categoryShares: [0.5],
      deviations: [...column(FIXED_COLUMNS.length, id + 2)],
    },
  });
  return {
    asOf: Date.UTC(2026, 0, 1),
    currency: 'EUR',
    encoding: {
      amountUnit: 12.5,
      discountShare: 0.125,
      categories: [{ name: 'Kitchen', share: 0.75 }],
      columns: Array.from({ length: width }, (_, at) => ({ low: -at, high: at, mean: 0.5, factor: 0.25 })),
    },
    segments: [segment(1, null), segment(2, 7)],
    nextId: 9,
    retired: [{ id: 4, name: 'Lapsed' }],
  };
}

function values(): ValueVersion {
  const model = (seed: number, hasChurn: boolean): ValueModel => {
    const predictor = { intercept: -1.5, coefficients: column(VALUE_FEATURES.length, seed) };
    return {
      horizonDays: 90,
      level: 0.75,
      scaling: {
        amountUnit: 8,
        mean: column(VALUE_FEATURES.length, seed + 1),
        scale: column(VALUE_FEATURES.length, seed + 2),
      },
      purchase: predictor,
      logAmount: predictor,
      maxLogAmount: 6.5,
      smearing: 1.25,
      amountWeights: { smeared: 0.25, past: 0.75 },
      residuals: { quantiles: column(5, seed) },
      intervals: { edges: column(2, seed), thresholds: column(3, seed) },
      churn: hasChurn ? predictor : null,
    };
  };
  return { currency: 'EUR', model: model(3, true), holdoutModel: model(5, false) };
}

const NODES: DecisionNodes = {
  feature: Int32Array.of(2, LEAF, LEAF),
  threshold: Float64Array.of(0.5, 0, 0),
  left: Int32Array.of(1, 0, 0),
  right: Int32Array.of(2, 0, 0),
};
const tree = (classes: number) => ({
  classes,
  nodes: NODES,
  probabilities: column(3 * classes, 3),
  impurities: column(3, 5),
  weights: column(3, 7),
});

/** One version for two of the kinds of purchase models. */
function behaviours(served: PurchaseScore, heldOut: PurchaseScore): BehaviourVersion {
  const modelOf = (score: PurchaseScore, behaviour: BehaviourModel['behaviour']): BehaviourModel => ({
    purchase: { score, scaling: { slope: 1.5, intercept: -0.25 } },
    behaviour,
  });
  const classified = {
    tree: tree(BEHAVIOURS.length),
    leafProbabilities: column(3 * BEHAVIOURS.length, 9),
    classWeights: column(BEHAVIOURS.length, 11),
  };
  return { model: modelOf(served, classified), holdoutModel: modelOf(heldOut, null) };
}
const linear = (kind: 'logistic' | 'svm'): PurchaseScore => ({
  kind,
  encoding: { mean: column(SESSION_FEATURES.length, 2), scale: column(SESSION_FEATURES.length, 4) },
  coefficients: column(SESSION_FEATURES.length, 6),
  intercept: 0.5,
});
const boosted: PurchaseScore = {
  kind: 'boosted',
  trees: { baseline: -2, roots: Int32Array.of(0), nodes: NODES, values: column(3, 13) },
};

it.each([
  ['segments', segments(), encodeSegments, decodeSegments],
  ['values', values(), encodeValueVersion, decodeValueVersion],
  [
    'behaviours by trees',
    behaviours({ kind: 'tree', tree: tree(2) }, boosted),
    encodeBehaviourVersion,
    decodeBehaviourVersion,
  ],
  [
    'behaviours by linear scores',
    behaviours(linear('logistic'), linear('svm')),
    encodeBehaviourVersion,
    decodeBehaviourVersion,
  ],
] as const)('a version is the same bytes, and read as it was: %s', (name, version, encode, decode) => {
  fixtures.checkBytes(name, (encode as (of: typeof version) => Uint8Array)(version));
  expect(decode(fixtures.bytes(name))).toEqual(version);
});

everyFixtureIsRead(fixtures);
