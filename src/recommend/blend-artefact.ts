import { ByteReader } from '../learn/byte-reader';
import { ByteWriter } from '../learn/byte-writer';
import { BlendModel } from './blend-model';
import type { SourceModels } from './sources/source';
import { TemporalRidgeModel } from './temporal-ridge-model';

const MAGIC = 'freshet-blend-version';
const VERSION = 1;
const NOTHING = new Uint8Array();

/** One version of the blend as it is stored, whole: what answers, and what the next candidate is compared with. */
export interface BlendArtefact {
  readonly model: BlendModel;
  /** What sources score with: the model was fitted over their scores. */
  readonly sources: SourceModels;
  /**
   * Fitted on what came before the held-out time: the model itself has seen what would be asked. Null where there was no
   * such time.
   */
  readonly twin: BlendModel | null;
}

export function encodeBlend({ model, sources, twin }: BlendArtefact): Uint8Array {
  const writer = new ByteWriter();
  writer.string(MAGIC);
  writer.varint(VERSION);
  writer.block(model.encode());
  writer.block(twin?.encode() ?? NOTHING);
  writer.block(sources.temporalRidge?.encode() ?? NOTHING);
  return writer.finish();
}

/**
 * To answer with.
 * @throws Error as {@link decodeBlend} does, and for features that this code does not have: it could not score with them
 */
export function decodeServedBlend(bytes: Uint8Array): BlendArtefact {
  const blend = decodeBlend(bytes);
  if (!blend.model.fits()) throw new Error('it was fitted over the features of another version of this program');
  return blend;
}

/** @throws Error for bytes of another program, or another version of this one */
export function decodeBlend(bytes: Uint8Array): BlendArtefact {
  const reader = new ByteReader(bytes);
  reader.expectHeader(MAGIC, VERSION);
  const [model, twin, ridge] = [reader.block(), reader.block(), reader.block()];
  return {
    model: BlendModel.decode(model),
    twin: twin.byteLength > 0 ? BlendModel.decode(twin) : null,
    sources: { temporalRidge: ridge.byteLength > 0 ? TemporalRidgeModel.decode(ridge) : null },
  };
}
