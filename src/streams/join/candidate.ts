import { ByteReader } from '../../learn/byte-reader';
import { ByteWriter } from '../../learn/byte-writer';
import type { AggregateSpec } from '../spec';
import { Partials } from '../partials';

/** An event as one side of pairs. */
export interface Side {
  /** Whether it is `other`, and not `event`. */
  readonly isOther: boolean;
  /** 128 bits in hexadecimal, of what both have to have in common. */
  readonly key: string;
  readonly occurredAt: number;
  /** What is imported is paired with what is imported, what was lived through with what was. */
  readonly imported: boolean;
}

/** Where an event is in the log: at the position of its batch, and there. */
export interface Place {
  readonly position: number;
  readonly sequence: number;
}

export interface Candidate extends Side, Place {}

/** What one batch adds to a stream of pairs: its events that may be half of one, and those that came too late to be. */
export interface JoinPart {
  readonly candidates: readonly Candidate[];
  readonly late: Partials;
}

/** …written before its position is known. */
export interface WrittenPart {
  readonly candidates: readonly Omit<Candidate, 'position'>[];
  readonly late: Partials;
}

const MAGIC = 'join part';
const VERSION = 1;
const OTHER = 1;
const IMPORTED = 2;

/** Its last byte is 0 where nothing came too late, as that of {@link Partials.encode}. */
export function encodeJoinPart({ candidates, late }: WrittenPart): Uint8Array {
  const writer = new ByteWriter();
  writer.string(MAGIC);
  writer.varint(VERSION);
  writer.varint(candidates.length);
  for (const { isOther, imported, key, occurredAt, sequence } of candidates) {
    writer.u8((isOther ? OTHER : 0) | (imported ? IMPORTED : 0));
    writer.block(Buffer.from(key, 'hex'));
    writer.signed(occurredAt);
    writer.varint(sequence);
  }
  writer.block(late.encode());
  return writer.finish();
}

/** @param position of the batch */
export function decodeJoinPart(bytes: Uint8Array, specs: readonly AggregateSpec[], position: number): JoinPart {
  const reader = new ByteReader(bytes);
  reader.expectHeader(MAGIC, VERSION);
  const candidates: Candidate[] = [];
  for (let left = reader.varint(); left > 0; left--) {
    const flags = reader.u8();
    candidates.push({
      isOther: (flags & OTHER) !== 0,
      imported: (flags & IMPORTED) !== 0,
      key: Buffer.from(reader.block()).toString('hex'),
      occurredAt: reader.signed(),
      position,
      sequence: reader.varint(),
    });
  }
  const late = new Partials(specs, false);
  late.mergeEncoded(reader.block(), position);
  return { candidates, late };
}
