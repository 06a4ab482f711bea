import { sponsorableOf } from '../../../src/search/sponsorable';

const PRODUCTS = new Map(
  [
    { id: 'KT-1200', title: 'Red kettle', attributes: { ean: '4006381333931', size: '1.5 l' } },
    { id: 'k2', title: 'Blue kettle (steel)', attributes: { sku: 'AB-1234', storage: '256GB' } },
    { id: 'k3', title: 'Kettle', attributes: {} },
    { id: 'k4', title: 'kettle', attributes: { part: ['X99.21', 'Y9'] } },
    { id: 'm', title: 'Shirt', groupId: 'shirt', attributes: {} },
    { id: 'l', title: 'Shirt', groupId: 'shirt', attributes: {} },
  ].map((product) => [product.id, { groupId: null, ...product }]),
);
const IDS = [...PRODUCTS.keys()];
const search = {
  ...{ isByRelevance: true, correctedQuery: null, ignoredWords: [], totalCount: IDS.length, matchCount: IDS.length },
  ...{ ids: IDS, searched: 'kettle' },
};
const exclusionOf = (more: object) => sponsorableOf({ ...search, ...more }, (id) => PRODUCTS.get(id)).exclusion;

describe('which products of a search may be sponsored', () => {
  it.each([
    ['kt-1200', true],
    ['KT 1200', true],
    ['kt1200', true],
    ['RED  Kettle', true],
    ['"red kettle"', true],
    ['blue kettle, steel', true],
    ['4006381333931', true],
    ['4 006381 333931', true],
    ['ab-1234', true],
    ['ab 1234', true],
    ['x99.21', true],
    ['y9', false],
    ['256gb', false],
    ['1.5 l', false],
    ['red', false],
    ['kettle red', false],
    ['red -kettle', false],
    // Two products share this title, so it names none of them.
    ['kettle', false],
    // These are variants of one product.
    ['shirt', true],
    ['', false],
  ])('%s names one product: %s', (searched, isOne) =>
    expect(exclusionOf({ searched })).toBe(isOne ? 'ONE_PRODUCT' : undefined),
  );

  it('are those that have all words as typed, in the order of relevance', () => {
    expect(exclusionOf({ isByRelevance: false })).toBe('SORTED');
    expect(exclusionOf({ correctedQuery: 'kettle' })).toBe('NOT_ALL_WORDS');
    expect(exclusionOf({ ignoredWords: ['blue'] })).toBe('NOT_ALL_WORDS');
    expect(exclusionOf({ totalCount: 0, matchCount: 0 })).toBe('NOT_ALL_WORDS');
    expect(exclusionOf({ totalCount: 1, matchCount: 1 })).toBe('ONE_PRODUCT');
    expect(exclusionOf({ allWordsIds: [] })).toBe('NOT_ALL_WORDS');
    expect(exclusionOf({ allWordsIds: ['k2'] })).toBe('ONE_PRODUCT');
    const find = (id: string) => PRODUCTS.get(id);
    expect(sponsorableOf({ ...search, totalCount: 2, matchCount: 2 }, find)).toEqual({ productIds: IDS.slice(0, 2) });
    expect(sponsorableOf({ ...search, allWordsIds: ['l', 'k2'] }, find)).toEqual({ productIds: ['l', 'k2'] });
  });
});
