import { ByteReader } from '../../learn/byte-reader';
import { ByteWriter } from '../../learn/byte-writer';
import { VALUE_FEATURES } from './value-features';
import type { LinearPredictor, ValueModel } from './value-model';

const MAGIC = 'freshet-value';
const VERSION = 1;

/** Format of stored versions. A change of the features or of their order needs a new one. */
export const VALUE_FORMAT = `${MAGIC}/${VERSION}`;

/** Encodes a model as bytes. The same model gives the same bytes. */
export function encodeValueModel(model: ValueModel): Uint8Array {
  const out = new ByteWriter();
  const writeNumbers = (values: Float64Array): void => {
    out.varint(values.length);
    for (const value of values) out.f64(value);
  };
  const writePredictor = ({ intercept, coefficients }: LinearPredictor): void => {
    out.f64(intercept);
    writeNumbers(coefficients);
  };
  out.string(MAGIC);
  out.varint(VERSION);
  out.varint(VALUE_FEATURES.length);
  for (const { name } of VALUE_FEATURES) out.string(name);
  out.f64(model.horizonDays);
  out.f64(model.level);
  out.f64(model.scaling.amountUnit);
  writeNumbers(model.scaling.mean);
  writeNumbers(model.scaling.scale);
  writePredictor(model.purchase);
  writePredictor(model.logAmount);
  out.f64(model.maxLogAmount);
  out.f64(model.smearing);
  out.f64(model.amountWeights.smeared);
  out.f64(model.amountWeights.past);
  writeNumbers(model.residuals.quantiles);
  writeNumbers(model.intervals.edges);
  writeNumbers(model.intervals.thresholds);
  out.u8(model.churn === null ? 0 : 1);
  if (model.churn !== null) writePredictor(model.churn);
  return out.finish();
}

/** Decodes the bytes of {@link encodeValueModel}. @throws Error for bytes of another format, version or list of features */
export function decodeValueModel(bytes: Uint8Array): ValueModel {
  const input = new ByteReader(bytes);
  const readNumbers = (): Float64Array => {
    const values = new Float64Array(input.varint());
    for (let i = 0; i < values.length; i++) values[i] = input.f64();
    return values;
  };
  const readPredictor = (): LinearPredictor => ({ intercept: input.f64(), coefficients: readNumbers() });
  input.expectHeader(MAGIC, VERSION);
  const names = Array.from({ length: input.varint() }, () => input.string());
  const expected = VALUE_FEATURES.map(({ name }) => name);
  if (names.join() !== expected.join())
    throw new Error(`the model has the features ${names.join()}; this release computes ${expected.join()}`);
  return {
    horizonDays: input.f64(),
    level: input.f64(),
    scaling: { amountUnit: input.f64(), mean: readNumbers(), scale: readNumbers() },
    purchase: readPredictor(),
    logAmount: readPredictor(),
    maxLogAmount: input.f64(),
    smearing: input.f64(),
    amountWeights: { smeared: input.f64(), past: input.f64() },
    residuals: { quantiles: readNumbers() },
    intervals: { edges: readNumbers(), thresholds: readNumbers() },
    churn: input.u8() === 0 ? null : readPredictor(),
  };
}
