import { ByteReader } from '../../learn/byte-reader';
import { ByteWriter } from '../../learn/byte-writer';
import { IntentClassifier } from './intent-classifier';

const MAGIC = 'intents';
const VERSION = 1;

/** A version of the model of intents, as it is stored. */
export interface IntentsArtefact {
  readonly classifier: IntentClassifier;
  /**
   * Whether the classifier understood each of its own examples while it had not been fitted on it, by the hash of the
   * text. The gate compares versions with it.
   */
  readonly heldOut: ReadonlyMap<number, boolean>;
}

export function encodeIntents({ classifier, heldOut }: IntentsArtefact): Uint8Array {
  const writer = new ByteWriter();
  writer.string(MAGIC);
  writer.varint(VERSION);
  writer.varint(heldOut.size);
  for (const [hash, isRight] of heldOut) {
    writer.varint(hash);
    writer.u8(isRight ? 1 : 0);
  }
  writer.block(classifier.encode());
  return writer.detach();
}

/** @throws Error if the bytes are not those of this version, RangeError if they are cut short */
export function decodeIntents(bytes: Uint8Array): IntentsArtefact {
  const reader = new ByteReader(bytes);
  reader.expectHeader(MAGIC, VERSION);
  const heldOut = new Map<number, boolean>();
  for (let left = reader.varint(); left > 0; left--) heldOut.set(reader.varint(), reader.u8() === 1);
  return { classifier: IntentClassifier.decode(reader.block()), heldOut };
}
