import { ByteReader } from '../learn/byte-reader';
import { ByteWriter } from '../learn/byte-writer';
import { BlendModel } from './blend-model';

const MAGIC = 'freshet-blend-version';
const VERSION = 1;

/**
 * One version of the blend as it is stored: the model that answers, fitted on all data, and its twin, fitted on what came
 * before the held-out time. The next candidate is compared with the twin: the model itself has seen what would be asked.
 */
export interface BlendArtefact {
  readonly model: BlendModel;
  readonly twin: BlendModel | null;
}

export function encodeBlend({ model, twin }: BlendArtefact): Uint8Array {
  const writer = new ByteWriter();
  writer.string(MAGIC);
  writer.varint(VERSION);
  writer.block(model.encode());
  writer.block(twin ? twin.encode() : new Uint8Array());
  return writer.finish();
}

export function decodeBlend(bytes: Uint8Array): BlendArtefact {
  const reader = new ByteReader(bytes);
  reader.expectHeader(MAGIC, VERSION);
  const model = BlendModel.decode(reader.block());
  const twin = reader.block();
  return { model, twin: twin.byteLength > 0 ? BlendModel.decode(twin) : null };
}
