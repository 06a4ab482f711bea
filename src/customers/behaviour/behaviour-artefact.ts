import { SESSION_FEATURES } from '../../features/session-features';
import { ByteReader } from '../../learn/byte-reader';
import { ByteWriter } from '../../learn/byte-writer';
import { decodeBoostedTrees, decodeDecisionTree, encodeBoostedTrees, encodeDecisionTree } from '../../learn/tree-bytes';
import { BEHAVIOURS } from './behaviour-label';
import {
  PURCHASE_MODEL_KINDS,
  type BehaviourModel,
  type BehaviourTree,
  type PurchaseModel,
  type PurchaseScore,
} from './behaviour-model';

const MAGIC = 'session-behaviour';
const VERSION = 1;

/** Format of stored versions. A change of the features, of their order or of the labels needs a new one. */
export const BEHAVIOUR_FORMAT = `${MAGIC}/${VERSION}`;

/** One stored version. */
export interface BehaviourVersion {
  /** Fitted on all sessions. It serves. */
  readonly model: BehaviourModel;
  /** Fitted without the test visitors and the newest third of the time. Later candidates are compared with it. */
  readonly holdoutModel: BehaviourModel;
}

/** Encodes a version as bytes. The same version gives the same bytes. */
export function encodeBehaviourVersion({ model, holdoutModel }: BehaviourVersion): Uint8Array {
  const out = new ByteWriter();
  out.string(MAGIC);
  out.varint(VERSION);
  for (const names of [SESSION_FEATURES.map(({ name }) => name), BEHAVIOURS]) {
    out.varint(names.length);
    names.forEach((name) => out.string(name));
  }
  for (const each of [model, holdoutModel]) writeModel(out, each);
  return out.finish();
}

/** Decodes the bytes of {@link encodeBehaviourVersion}. @throws Error for another format, version, features or labels */
export function decodeBehaviourVersion(bytes: Uint8Array): BehaviourVersion {
  const input = new ByteReader(bytes);
  input.expectHeader(MAGIC, VERSION);
  for (const expected of [SESSION_FEATURES.map(({ name }) => name), BEHAVIOURS]) {
    const names = Array.from({ length: input.varint() }, () => input.string());
    if (names.join() !== expected.join())
      throw new Error(`the model has ${names.join()}; this release computes ${expected.join()}`);
  }
  return { model: readModel(input), holdoutModel: readModel(input) };
}

function writeModel(out: ByteWriter, { purchase, behaviour }: BehaviourModel): void {
  writePurchase(out, purchase);
  out.u8(behaviour === null ? 0 : 1);
  if (behaviour === null) return;
  out.block(encodeDecisionTree(behaviour.tree));
  writeNumbers(out, behaviour.leafProbabilities);
  writeNumbers(out, behaviour.classWeights);
}

function readModel(input: ByteReader): BehaviourModel {
  const purchase = readPurchase(input);
  const behaviour: BehaviourTree | null =
    input.u8() === 0
      ? null
      : {
          tree: decodeDecisionTree(input.block()),
          leafProbabilities: readNumbers(input),
          classWeights: readNumbers(input),
        };
  return { purchase, behaviour };
}

function writePurchase(out: ByteWriter, { score, scaling }: PurchaseModel): void {
  out.u8(PURCHASE_MODEL_KINDS.indexOf(score.kind));
  switch (score.kind) {
    case 'tree':
      out.block(encodeDecisionTree(score.tree));
      break;
    case 'boosted':
      out.block(encodeBoostedTrees(score.trees));
      break;
    default:
      writeNumbers(out, score.encoding.mean);
      writeNumbers(out, score.encoding.scale);
      writeNumbers(out, score.coefficients);
      out.f64(score.intercept);
  }
  out.f64(scaling.slope);
  out.f64(scaling.intercept);
}

function readPurchase(input: ByteReader): PurchaseModel {
  const score = readScore(input);
  return { score, scaling: { slope: input.f64(), intercept: input.f64() } };
}

function readScore(input: ByteReader): PurchaseScore {
  const kind = PURCHASE_MODEL_KINDS[input.u8()];
  switch (kind) {
    case undefined:
      throw new Error('the model is of an unknown kind');
    case 'tree':
      return { kind, tree: decodeDecisionTree(input.block()) };
    case 'boosted':
      return { kind, trees: decodeBoostedTrees(input.block()) };
    default:
      return {
        kind,
        encoding: { mean: readNumbers(input), scale: readNumbers(input) },
        coefficients: readNumbers(input),
        intercept: input.f64(),
      };
  }
}

function writeNumbers(out: ByteWriter, values: Float64Array): void {
  out.varint(values.length);
  values.forEach((value) => out.f64(value));
}

function readNumbers(input: ByteReader): Float64Array {
  return Float64Array.from({ length: input.varint() }, () => input.f64());
}
