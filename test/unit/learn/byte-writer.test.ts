import fc from 'fast-check';
import { ByteReader } from '../../../src/learn/byte-reader';
import { ByteWriter } from '../../../src/learn/byte-writer';

type Item =
  | { readonly kind: 'u8' | 'varint' | 'signed' | 'f64'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'nested'; readonly value: readonly Item[] };

const { item: items } = fc.letrec<{ item: Item }>((tie) => ({
  item: fc.oneof(
    { depthSize: 'small' },
    fc.record({ kind: fc.constant('u8' as const), value: fc.nat(255) }),
    fc.record({ kind: fc.constant('varint' as const), value: fc.maxSafeNat() }),
    fc.record({ kind: fc.constant('signed' as const), value: fc.integer({ min: -(2 ** 51), max: 2 ** 51 }) }),
    fc.record({ kind: fc.constant('f64' as const), value: fc.double({ noNaN: true }) }),
    fc.record({
      kind: fc.constant('string' as const),
      value: fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 200 })),
    }),
    fc.record({ kind: fc.constant('nested' as const), value: fc.array(tie('item'), { maxLength: 40 }) }),
  ),
}));

function write(writer: ByteWriter, item: Item): void {
  if (item.kind === 'nested') writer.nested(() => item.value.forEach((each) => write(writer, each)));
  else if (item.kind === 'string') writer.string(item.value);
  else writer[item.kind](item.value);
}

/** Writes the same in another way: each text and each block separately first. */
function writePlainly(writer: ByteWriter, item: Item): void {
  if (item.kind === 'string') return writer.block(new TextEncoder().encode(item.value));
  if (item.kind !== 'nested') return write(writer, item);
  const inner = new ByteWriter();
  for (const each of item.value) writePlainly(inner, each);
  writer.block(inner.finish());
}

function read(reader: ByteReader, item: Item): Item {
  if (item.kind === 'nested') {
    const inner = new ByteReader(reader.block());
    return { kind: 'nested', value: item.value.map((each) => read(inner, each)) };
  }
  if (item.kind === 'string') return { kind: 'string', value: reader.string() };
  return { kind: item.kind, value: reader[item.kind]() };
}

/** Replaces lone surrogates, for which UTF-8 writes another character. */
function wellFormed(item: Item): Item {
  if (item.kind === 'nested') return { kind: 'nested', value: item.value.map(wellFormed) };
  return item.kind === 'string' ? { kind: 'string', value: Buffer.from(item.value).toString() } : item;
}

describe('bytes', () => {
  it('are the same for any way of writing them, and are read as they were written', () => {
    const reused = new ByteWriter();
    fc.assert(
      fc.property(fc.array(items, { maxLength: 60 }), (all) => {
        reused.clear();
        for (const item of all) write(reused, item);
        const bytes = reused.finish();
        const plain = new ByteWriter();
        for (const item of all) writePlainly(plain, item);
        expect(Buffer.compare(bytes, plain.finish())).toBe(0);
        const detached = plain.detach();
        expect(Buffer.compare(detached, bytes)).toBe(0);
        // Later writes do not change the bytes that were detached.
        for (const item of all) write(plain, item);
        expect(Buffer.compare(plain.finish(), bytes)).toBe(0);
        expect(Buffer.compare(detached, bytes)).toBe(0);
        const reader = new ByteReader(bytes);
        for (const item of all) expect(read(reader, item)).toEqual(wellFormed(item));
        expect(() => reader.u8()).toThrow(RangeError);
      }),
      { numRuns: 300 },
    );
  });
});
