import { sponsorableOf } from '../../../src/search/sponsorable';

const PRODUCTS = new Map(
  [
    { id: 'KT-1200', title: 'Red kettle', attributes: { ean: '4006381333931', size: '1.5 l' } },
    { id: 'k2', title: 'Blue kettle (steel)', attributes: { sku: 'AB-1234', storage: '256GB' } },
    { id: 'k3', title: 'Kettle', attributes: {} },
    { id: 'k4', title: 'kettle', attributes: { partNumber: ['X99.21', 'Y9', 'abc'] } },
    { id: 'k5', title: 'Kettle steel', attributes: { port: 'usb3.0', network: 'wifi6', size: '20x30cm' } },
    { id: 'k6', title: 'Small kettle', brand: 'Falke Home', attributes: { mpn: '4711-12', 'Model No.': 'SKU-1' } },
    { id: 'k7', title: 'Large kettle', attributes: { sku: 123456, gtin13: 'A100' } },
    { id: 'k8', title: 'Teapot', attributes: {} },
    { id: 'k9', title: 'Quiet steel kettle', attributes: {} },
    { id: 'k10', title: 'Kettle 20', attributes: {} },
    { id: 'm', title: 'Shirt', groupId: 'shirt', attributes: {} },
    { id: 'l', title: 'Shirt', groupId: 'shirt', attributes: {} },
  ].map((product) => [product.id, { groupId: null, brand: null, ...product }]),
);
const IDS = [...PRODUCTS.keys()];
const search = {
  ...{ isByRelevance: true, correctedQuery: null, ignoredWords: [], totalCount: IDS.length, matchCount: IDS.length },
  ...{ ids: IDS, inexactIds: [], searched: 'kettle', matchesAnyWord: false },
};
const find = (id: string) => PRODUCTS.get(id);
const exclusionOf = (more: object) => sponsorableOf({ ...search, ...more }, find).exclusion;

describe('which products of a search may be sponsored', () => {
  it.each([
    ['kt-1200', true],
    ['KT 1200', true],
    ['kt1200', true],
    ['blue kettle, steel', true],
    ['"quiet steel  Kettle"', true],
    ['kettle 20', true],
    // Such a title names a kind of product, too.
    ['red kettle', false],
    ['teapot', false],
    ['4006381333931', true],
    ['4 006381 333931', true],
    ['ab-1234', true],
    ['ab 1234', true],
    ['x99.21', true],
    ['y9', true],
    ['abc', false],
    ['123456', true],
    ['4711-12', true],
    ['4711 12', true],
    ['falke home 4711-12', true],
    ['sku-1 Falke-Home', true],
    ['bosch 4711-12', false],
    ['falke home', false],
    ['SKU 1', true],
    ['a100', true],
    ['usb3.0', false],
    ['wifi6', false],
    ['20x30cm', false],
    ['256gb', false],
    ['1.5 l', false],
    ['red', false],
    ['kettle red', false],
    ['red -kettle', false],
    // Two products share this title, so it names none of them.
    ['kettle', false],
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
    expect(exclusionOf({ matchesAnyWord: true })).toBe('NOT_ALL_WORDS');
    const { productIds, excluded } = sponsorableOf({ ...search, totalCount: 2, matchCount: 2 }, find);
    expect([productIds, excluded]).toEqual([IDS.slice(0, 2), new Map()]);
  });

  it('are not the product with the title that is searched for, nor those that have a word in another form', () => {
    const excludedOf = (more: object) => [...(sponsorableOf({ ...search, ...more }, find).excluded ?? [])];
    expect(excludedOf({ searched: 'teapot' })).toEqual([['k8', 'ONE_PRODUCT']]);
    expect(excludedOf({ searched: 'Red kettle' })).toEqual([['KT-1200', 'ONE_PRODUCT']]);
    // These are variants of one product.
    expect(excludedOf({ searched: 'shirt' })).toEqual([['m', 'ONE_PRODUCT']]);
    // Two products share this title.
    expect(excludedOf({ searched: 'kettle' })).toEqual([]);
    expect(excludedOf({ inexactIds: ['k3'] })).toEqual([['k3', 'NOT_ALL_WORDS']]);
  });
});
