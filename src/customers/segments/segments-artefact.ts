import { ByteReader } from '../../learn/byte-reader';
import { ByteWriter } from '../../learn/byte-writer';
import type { Centroids } from '../../learn/nearest-centroid';
import { MAX_SEGMENTS } from './choose-segment-count';
import { FIXED_COLUMNS, type EncodedColumn, type SegmentEncoding } from './segment-encoding';
import type { SegmentProfile } from './segment-profile';

const MAGIC = 'customer-segments';
const VERSION = 1;
/** Number of figures of a profile, without categories and deviations. */
const FIGURES = 7;
/** Names of the segments that were retired before these are not stored. */
export const MAX_RETIRED = 1_000;

export interface CustomerSegment {
  /** Positive. The same in all versions while the segment continues; never used again after it has ended. */
  readonly id: number;
  /** The generated name. */
  readonly name: string;
  /** The parts of the generated name. */
  readonly terms: readonly string[];
  readonly description: string;
  /** Number of customers that the version was fitted on. */
  readonly size: number;
  /** One value per column of the encoding. */
  readonly centroid: Centroids;
  readonly profile: SegmentProfile;
}

/** One version of the segments. It holds all that assigning a customer needs. */
export interface SegmentsArtefact {
  /** The instant as of which customers were summarised, in milliseconds since 1970 (UTC). */
  readonly asOf: number;
  /** The currency of amounts, such as `EUR`. */
  readonly currency: string;
  readonly encoding: SegmentEncoding;
  /** By id. */
  readonly segments: readonly CustomerSegment[];
  /** The id of the next new segment. */
  readonly nextId: number;
  /** Former segments with their last names, by id. The newest {@link MAX_RETIRED}. */
  readonly retired: readonly { readonly id: number; readonly name: string }[];
}

/** Encodes a version: about 2 KB, and 20 bytes per retired segment. */
export function encodeSegments({ asOf, currency, encoding, segments, nextId, retired }: SegmentsArtefact): Uint8Array {
  const writer = new ByteWriter();
  writer.string(MAGIC);
  writer.varint(VERSION);
  writer.f64(asOf);
  writer.string(currency);
  writer.f64(encoding.amountUnit);
  writer.f64(encoding.discountShare);
  writer.varint(encoding.categories.length);
  for (const { name, share } of encoding.categories) {
    writer.string(name);
    writer.f64(share);
  }
  for (const { low, high, mean, factor } of encoding.columns)
    for (const each of [low, high, mean, factor]) writer.f64(each);
  writer.varint(segments.length);
  for (const { id, name, terms, description, size, centroid, profile } of segments) {
    writer.varint(id);
    writer.string(name);
    writer.varint(terms.length);
    terms.forEach((term) => writer.string(term));
    writer.string(description);
    writer.varint(size);
    centroid.forEach((value) => writer.f64(value));
    writeProfile(writer, profile);
  }
  writer.varint(nextId);
  writer.varint(retired.length);
  for (const { id, name } of retired) {
    writer.varint(id);
    writer.string(name);
  }
  return writer.finish();
}

/**
 * Decodes a version.
 * @throws Error that says what is wrong: other bytes, another format, a number that is not finite, segments that
 *   contradict each other, or bytes after the end; RangeError if the bytes end early
 */
export function decodeSegments(bytes: Uint8Array): SegmentsArtefact {
  const reader = new ByteReader(bytes);
  reader.expectHeader(MAGIC, VERSION);
  const asOf = readNumber(reader, 'the instant');
  const currency = reader.string();
  const amountUnit = readNumber(reader, 'the unit of amounts');
  const discountShare = readNumber(reader, 'the discount share');
  if (!(amountUnit > 0)) throw new Error(`the unit of amounts must be greater than 0; got ${amountUnit}`);
  const categories = readList(reader, bytes, () => ({
    name: reader.string(),
    share: readNumber(reader, "a category's share"),
  }));
  const columns = Array.from({ length: FIXED_COLUMNS.length + categories.length }, (_, c): EncodedColumn => {
    const [low, high, mean, factor] = readNumbers(reader, 4, `column ${c}`) as [number, number, number, number];
    if (low > high) throw new Error(`column ${c} is clipped to ${low} … ${high}`);
    return { low, high, mean, factor };
  });
  const segments = readList(reader, bytes, (): CustomerSegment => {
    const id = reader.varint();
    const named = { name: reader.string(), terms: readList(reader, bytes, () => reader.string()) };
    const description = reader.string();
    const size = reader.varint();
    const centroid = Float64Array.from(readNumbers(reader, columns.length, `the centroid of segment ${id}`));
    return { id, ...named, description, size, centroid, profile: readProfile(reader, categories.length, id) };
  });
  const nextId = reader.varint();
  const retired = readList(reader, bytes, () => ({ id: reader.varint(), name: reader.string() }));
  if (!reader.isAtEnd) throw new Error('there are further bytes after the segments');
  requireConsistent(segments, nextId, retired);
  return {
    asOf,
    currency,
    encoding: { amountUnit, discountShare, categories, columns },
    segments,
    nextId,
    retired,
  };
}

function requireConsistent(
  segments: readonly CustomerSegment[],
  nextId: number,
  retired: SegmentsArtefact['retired'],
): void {
  if (segments.length === 0 || segments.length > MAX_SEGMENTS)
    throw new Error(`there must be from 1 to ${MAX_SEGMENTS} segments; got ${segments.length}`);
  const ids = [...segments, ...retired].map(({ id }) => id);
  if (new Set(ids).size !== ids.length) throw new Error(`an id occurs twice among ${ids.join(', ')}`);
  const outside = ids.find((id) => id < 1 || id >= nextId);
  if (outside !== undefined) throw new Error(`the id ${outside} is not between 1 and the next id, ${nextId}`);
  if (new Set(segments.map(({ name }) => name)).size !== segments.length)
    throw new Error('two segments have the same name');
}

function writeProfile(writer: ByteWriter, profile: SegmentProfile): void {
  const { recencyDays, orders, oneOrderShare, gapDays, basket, netAmount, discountShare } = profile;
  writer.u8(gapDays === null ? 0 : 1);
  const figures = [recencyDays, orders, oneOrderShare, gapDays ?? 0, basket, netAmount, discountShare];
  for (const value of [...figures, ...profile.categoryShares, ...profile.deviations]) writer.f64(value);
}

function readProfile(reader: ByteReader, categories: number, id: number): SegmentProfile {
  const hasGap = reader.u8() === 1;
  const values = readNumbers(reader, FIGURES + categories + FIXED_COLUMNS.length, `the profile of segment ${id}`);
  const [recencyDays, orders, oneOrderShare, gapDays, basket, netAmount, discountShare] = values as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    recencyDays,
    orders,
    oneOrderShare,
    gapDays: hasGap ? gapDays : null,
    basket,
    netAmount,
    discountShare,
    categoryShares: values.slice(FIGURES, FIGURES + categories),
    deviations: values.slice(FIGURES + categories),
  };
}

/** Reads a count and that many entries, each of which takes at least a byte. */
function readList<Entry>(reader: ByteReader, bytes: Uint8Array, read: () => Entry): Entry[] {
  const length = reader.varint();
  if (length > bytes.length) throw new RangeError(`a list of ${length} entries exceeds the ${bytes.length} bytes`);
  return Array.from({ length }, read);
}

function readNumbers(reader: ByteReader, count: number, place: string): number[] {
  return Array.from({ length: count }, () => readNumber(reader, place));
}

function readNumber(reader: ByteReader, place: string): number {
  const value = reader.f64();
  if (!Number.isFinite(value)) throw new Error(`${place} holds ${value}`);
  return value;
}
