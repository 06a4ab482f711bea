import type { Section, Sections } from './sections';
import { Segment, type SegmentHeader } from './segment';

/**
 * A base segment as bytes: `FSEG`, version, length of the header (32-bit numbers), the header as JSON, then each section, as
 * little-endian numbers, at a multiple of 8. What guards against damage (a checksum) is the artefact store's.
 */
const MAGIC = 0x47455346; // FSEG
const VERSION = 3;
const PREAMBLE = 12;
const ALIGNMENT = 8;

const KINDS = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, f64: Float64Array } as const;

interface StoredHeader extends SegmentHeader {
  readonly sections: readonly { readonly name: string; readonly kind: keyof typeof KINDS; readonly length: number }[];
}

export function encodeSegment({ header, sections }: Segment): Uint8Array {
  const described = Object.entries(sections).map(([name, { length, BYTES_PER_ELEMENT, constructor }]) => ({
    name,
    kind: kindOf(constructor),
    length,
    bytes: length * BYTES_PER_ELEMENT,
  }));
  const stored: StoredHeader = {
    ...header,
    sections: described.map(({ name, kind, length }) => ({ name, kind, length })),
  };
  const json = new TextEncoder().encode(JSON.stringify(stored));
  let at = aligned(PREAMBLE + json.length);
  const bytes = new Uint8Array(described.reduce((sum, section) => sum + aligned(section.bytes), at));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setUint32(8, json.length, true);
  bytes.set(json, PREAMBLE);
  for (const { name, bytes: length } of described) {
    const section = sections[name];
    bytes.set(new Uint8Array(section.buffer, section.byteOffset, length), at);
    at += aligned(length);
  }
  return bytes;
}

/**
 * The segment reads from these bytes: they must not change. Where they do not begin at a multiple of 8 they are copied.
 * @throws RangeError for what is no segment, is one of another version, or ends too early
 */
export function decodeSegment(bytes: Uint8Array): Segment {
  const whole = bytes.byteOffset % ALIGNMENT === 0 ? bytes : bytes.slice();
  const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
  if (whole.byteLength < PREAMBLE || view.getUint32(0, true) !== MAGIC) throw new RangeError('this is no segment');
  const version = view.getUint32(4, true);
  if (version !== VERSION) throw new RangeError(`expected a segment of version ${VERSION}, found ${version}`);
  const jsonLength = view.getUint32(8, true);
  // A copy: what is shared with another thread cannot be decoded as text.
  const json = new TextDecoder().decode(whole.slice(PREAMBLE, PREAMBLE + jsonLength));
  const { sections: described, ...header } = JSON.parse(json) as StoredHeader;
  const sections: Sections = {};
  let at = aligned(PREAMBLE + jsonLength);
  for (const { name, kind, length } of described) {
    const size = length * KINDS[kind].BYTES_PER_ELEMENT;
    if (at + size > whole.byteLength) throw new RangeError(`the segment ends within ${name}`);
    const kindOfArray = KINDS[kind] as new (buffer: ArrayBufferLike, offset: number, length: number) => Section;
    sections[name] = new kindOfArray(whole.buffer, whole.byteOffset + at, length);
    at += aligned(size);
  }
  return new Segment(header, sections);
}

const aligned = (length: number): number => Math.ceil(length / ALIGNMENT) * ALIGNMENT;

function kindOf(constructor: unknown): keyof typeof KINDS {
  const kind = (Object.keys(KINDS) as (keyof typeof KINDS)[]).find((name) => KINDS[name] === constructor);
  if (kind === undefined) throw new TypeError('a section is a typed array of a known kind');
  return kind;
}
