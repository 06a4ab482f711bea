import { createHash } from 'node:crypto';
import { FEATURES } from '../features/feature-set';
import { ByteReader } from '../learn/byte-reader';
import { ByteWriter } from '../learn/byte-writer';
import { BlendModel } from './blend-model';
import { IalsModel } from './ials-model';
import { ItemRows } from './item-rows';
import type { SourceModels } from './sources/source';
import { TemporalRidgeModel } from './temporal-ridge-model';

const MAGIC = 'freshet-blend-version';
const VERSION = 2;
/** Changes with whatever makes a version of another program one that this one can't serve: layout and features. */
export const BLEND_FORMAT = createHash('sha256')
  .update(JSON.stringify([VERSION, FEATURES.map(({ name }) => name)]))
  .digest('hex')
  .slice(0, 16);
const NOTHING = new Uint8Array();

/** One version of the blend as it is stored, whole: what answers, and what the next candidate is compared with. */
export interface BlendArtefact {
  readonly model: BlendModel;
  /** What sources score with: the model was fitted over their scores. */
  readonly sources: SourceModels;
  /** The penalty of EASE: whoever keeps its rows up to date does so with this one. */
  readonly easeLambda: number;
  /**
   * Fitted on what came before the held-out time: the model itself has seen what would be asked. Null where there was no
   * such time.
   */
  readonly twin: BlendModel | null;
}

export function encodeBlend({ model, sources, easeLambda, twin }: BlendArtefact): Uint8Array {
  const writer = new ByteWriter();
  writer.string(MAGIC);
  writer.varint(VERSION);
  writer.block(model.encode());
  writer.block(twin?.encode() ?? NOTHING);
  writer.f64(easeLambda);
  writer.block(sources.temporalRidge?.encode() ?? NOTHING);
  writer.block(sources.ials?.encode() ?? NOTHING);
  writer.u8(sources.ease === null ? 0 : 1);
  sources.ease?.write(writer);
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
  const [model, twin] = [reader.block(), reader.block()];
  const easeLambda = reader.f64();
  const [ridge, ials] = [reader.block(), reader.block()];
  return {
    model: BlendModel.decode(model),
    twin: twin.byteLength > 0 ? BlendModel.decode(twin) : null,
    easeLambda,
    sources: {
      temporalRidge: ridge.byteLength > 0 ? TemporalRidgeModel.decode(ridge) : null,
      ials: ials.byteLength > 0 ? IalsModel.decode(ials) : null,
      ease: reader.u8() === 1 ? ItemRows.read(reader) : null,
    },
  };
}
