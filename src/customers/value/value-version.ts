import { ByteReader } from '../../learn/byte-reader';
import { ByteWriter } from '../../learn/byte-writer';
import { decodeValueModel, encodeValueModel } from './value-artefact';
import type { ValueModel } from './value-model';

const MAGIC = 'customer-value';
const VERSION = 1;

/** One stored version of predicted value and churn. */
export interface ValueVersion {
  /** The currency of the amounts. */
  readonly currency: string;
  /** Fitted on all data. It serves. */
  readonly model: ValueModel;
  /** Fitted without the newest horizon. Later candidates are compared with it. */
  readonly holdoutModel: ValueModel;
}

export function encodeValueVersion({ currency, model, holdoutModel }: ValueVersion): Uint8Array {
  const writer = new ByteWriter();
  writer.string(MAGIC);
  writer.varint(VERSION);
  writer.string(currency);
  for (const each of [model, holdoutModel]) writer.block(encodeValueModel(each));
  return writer.finish();
}

/** Decodes the bytes of {@link encodeValueVersion}. @throws Error for bytes of another format or another list of features */
export function decodeValueVersion(bytes: Uint8Array): ValueVersion {
  const reader = new ByteReader(bytes);
  reader.expectHeader(MAGIC, VERSION);
  return {
    currency: reader.string(),
    model: decodeValueModel(reader.block()),
    holdoutModel: decodeValueModel(reader.block()),
  };
}
