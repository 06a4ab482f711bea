import { ByteReader } from '../../learn/byte-reader';
import { ByteWriter } from '../../learn/byte-writer';
import type { AggregateSpec } from '../stream-spec';
import { PartialAggregates } from '../partial-aggregates';

/** An event as one side of a join. */
export interface JoinSide {
  /** Whether the event takes the side `other`; if false, the side `event`. */
  readonly isOther: boolean;
  /** Hash of the join key: 128 bits in hexadecimal. */
  readonly key: string;
  readonly occurredAt: number;
  /** Imported events are paired only with imported ones, and live (not imported) events only with live ones. */
  readonly imported: boolean;
}

/** The address of an event in the log: the position of its batch, and its sequence number in the batch. */
export interface EventAddress {
  readonly position: number;
  readonly sequence: number;
}

export interface JoinCandidate extends JoinSide, EventAddress {}

/** The partial result of one batch in a join: the events that may form pairs, and late events. */
export interface JoinPartial {
  readonly candidates: readonly JoinCandidate[];
  readonly late: PartialAggregates;
}

/** A {@link JoinPartial} that is encoded before the position of its batch is known. */
export interface UnpositionedJoinPartial {
  readonly candidates: readonly Omit<JoinCandidate, 'position'>[];
  readonly late: PartialAggregates;
}

const MAGIC = 'join part';
const VERSION = 1;
const OTHER = 1;
const IMPORTED = 2;

/** Encodes a partial result. The last byte is 0 if no event is late, as in {@link PartialAggregates.encode}. */
export function encodeJoinPartial({ candidates, late }: UnpositionedJoinPartial): Uint8Array {
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

/** @param position log position of the batch */
export function decodeJoinPartial(bytes: Uint8Array, specs: readonly AggregateSpec[], position: number): JoinPartial {
  const reader = new ByteReader(bytes);
  reader.expectHeader(MAGIC, VERSION);
  const candidates: JoinCandidate[] = [];
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
  const late = new PartialAggregates(specs, false);
  late.mergeEncoded(reader.block(), position);
  return { candidates, late };
}
