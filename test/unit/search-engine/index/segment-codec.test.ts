import fc from 'fast-check';
import { SearchIndex } from '../../../../src/search-engine/index/search-index';
import { SegmentBuilder } from '../../../../src/search-engine/index/segment-builder';
import { decodeSegment, encodeSegment } from '../../../../src/search-engine/index/segment-codec';
import { arbitraryDocument, arbitraryRequest, SETTINGS } from './arbitrary-documents';

const documents = fc.uniqueArray(arbitraryDocument(60), { selector: ({ id }) => id, maxLength: 60 });

function built(from: Parameters<SegmentBuilder['add']>[0][]) {
  const builder = new SegmentBuilder(SETTINGS);
  for (const document of from) builder.add(document);
  return builder.finish();
}

it('a segment decoded from its bytes, at any offset, returns the same as before', () => {
  fc.assert(
    fc.property(documents, arbitraryRequest, fc.nat(9), (given, request, offset) => {
      const segment = built(given);
      const bytes = encodeSegment(segment);
      const moved = new Uint8Array(bytes.length + offset).subarray(offset);
      moved.set(bytes);
      const decoded = decodeSegment(moved);
      expect(encodeSegment(decoded)).toEqual(bytes);
      expect(new SearchIndex(SETTINGS, decoded).search(request)).toEqual(
        new SearchIndex(SETTINGS, segment).search(request),
      );
    }),
    { numRuns: 100 },
  );
});

it('reads bytes that are shared with another thread', () => {
  const bytes = encodeSegment(built([{ id: 'a', fields: [], facets: {}, numbers: {} }]));
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  expect(decodeSegment(shared).idAt(0)).toBe('a');
});

it('rejects other bytes, another version, and half a segment', () => {
  const bytes = encodeSegment(built([{ id: 'a', fields: [], facets: {}, numbers: { price: 1 } }]));
  expect(() => decodeSegment(new Uint8Array(40))).toThrow('not a search segment');
  expect(() => decodeSegment(bytes.subarray(0, bytes.length - 8))).toThrow('truncated segment: it ends within section');
  bytes[4] = 99;
  expect(() => decodeSegment(bytes)).toThrow('expected a segment of version 4, found 99');
});

it('rejects two documents with one id', () => {
  const document = { id: 'a', fields: [], facets: {}, numbers: {} };
  expect(() => built([document, document])).toThrow('two documents have the id a');
});
