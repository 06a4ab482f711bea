import type { Section, Sections } from './sections';
import { Segment, type SegmentHeader } from './segment';

/**
 * A base segment is stored as `FSEG`, version and header length (each a 32-bit number), the header as JSON, then each
 * section as little-endian numbers at a multiple of 8 bytes. The artefact store adds the checksum.
 */
const MAGIC = 0x47455346; // FSEG
const VERSION = 4;
const PREAMBLE = 12;
const ALIGNMENT = 8;

const ARRAY_TYPES = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, f64: Float64Array } as const;

interface StoredHeader extends SegmentHeader {
  readonly sections: readonly {
    readonly name: string;
    readonly kind: keyof typeof ARRAY_TYPES;
    readonly length: number;
  }[];
}

export function encodeSegment({ header, sections }: Segment): Uint8Array {
  const sectionInfos = Object.entries(sections).map(([name, { length, BYTES_PER_ELEMENT, constructor }]) => ({
    name,
    kind: kindOf(constructor),
    length,
    bytes: length * BYTES_PER_ELEMENT,
  }));
  const stored: StoredHeader = {
    ...header,
    sections: sectionInfos.map(({ name, kind, length }) => ({ name, kind, length })),
  };
  const json = new TextEncoder().encode(JSON.stringify(stored));
  let at = aligned(PREAMBLE + json.length);
  const bytes = new Uint8Array(sectionInfos.reduce((sum, section) => sum + aligned(section.bytes), at));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setUint32(8, json.length, true);
  bytes.set(json, PREAMBLE);
  for (const { name, bytes: length } of sectionInfos) {
    const section = sections[name];
    bytes.set(new Uint8Array(section.buffer, section.byteOffset, length), at);
    at += aligned(length);
  }
  return bytes;
}

/**
 * Decodes a segment. The segment reads from `bytes`, so they must not change. They are copied if they do not begin at a
 * multiple of 8 bytes.
 * @throws RangeError if the bytes are not a segment, have another version, or are truncated
 */
export function decodeSegment(bytes: Uint8Array): Segment {
  const whole = bytes.byteOffset % ALIGNMENT === 0 ? bytes : bytes.slice();
  const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
  if (whole.byteLength < PREAMBLE || view.getUint32(0, true) !== MAGIC) throw new RangeError('not a search segment');
  const version = view.getUint32(4, true);
  if (version !== VERSION) throw new RangeError(`expected a segment of version ${VERSION}, found ${version}`);
  const jsonLength = view.getUint32(8, true);
  // TextDecoder rejects shared memory, so it gets a copy.
  const json = new TextDecoder().decode(whole.slice(PREAMBLE, PREAMBLE + jsonLength));
  const { sections: sectionInfos, ...header } = JSON.parse(json) as StoredHeader;
  const sections: Sections = {};
  let at = aligned(PREAMBLE + jsonLength);
  for (const { name, kind, length } of sectionInfos) {
    const size = length * ARRAY_TYPES[kind].BYTES_PER_ELEMENT;
    if (at + size > whole.byteLength) throw new RangeError(`truncated segment: it ends within section ${name}`);
    const arrayType = ARRAY_TYPES[kind] as new (buffer: ArrayBufferLike, offset: number, length: number) => Section;
    sections[name] = new arrayType(whole.buffer, whole.byteOffset + at, length);
    at += aligned(size);
  }
  return new Segment(header, sections);
}

const aligned = (length: number): number => Math.ceil(length / ALIGNMENT) * ALIGNMENT;

function kindOf(constructor: unknown): keyof typeof ARRAY_TYPES {
  const kind = (Object.keys(ARRAY_TYPES) as (keyof typeof ARRAY_TYPES)[]).find(
    (name) => ARRAY_TYPES[name] === constructor,
  );
  if (kind === undefined)
    throw new TypeError('a section must be a Uint8Array, Uint16Array, Uint32Array or Float64Array');
  return kind;
}
