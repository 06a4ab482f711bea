import { found, SEARCH, UPSERT, type SearchAnswer, type UpsertAnswer } from '../../setup/operations';
import { runningShop } from '../../setup/running-shop';

const WARNINGS = '{ code field productId queries message product { id } }';
const SAVE = `mutation($input: UpsertMerchandisingRuleInput!) {
  upsertMerchandisingRule(input: $input) { receipt rule { id } errors { code } warnings ${WARNINGS} }
}`;
const PREVIEW = `query($input: SearchInput!) { search(input: $input) { nodes { id } previewWarnings ${WARNINGS} } }`;

interface Warning {
  readonly code: string;
  readonly field: readonly string[];
  readonly productId: string;
  readonly queries: readonly string[];
  readonly message: string;
  readonly product: { readonly id: string } | null;
}
interface Saved {
  readonly upsertMerchandisingRule: {
    readonly receipt: string;
    readonly rule: { readonly id: string } | null;
    readonly errors: readonly object[];
    readonly warnings: readonly Warning[] | null;
  };
}
interface Previewed {
  readonly search: { readonly nodes: readonly { readonly id: string }[]; readonly previewWarnings: Warning[] | null };
}

describe('what is said of a rule or a synonym before it is stored', () => {
  const shop = runningShop({}, false);
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

  beforeAll(async () => {
    const receipt = await put(
      ...Array.from({ length: 22 }, (_, n) => ({ id: `lamp-${n}`, title: `Desk lamp ${n}`, brand: 'Glow' })),
      { id: 'shade', title: 'Red shade' },
      { id: 'rug-a', title: 'Wool rug', groupId: 'rugs' },
      { id: 'rug-b', title: 'Wool rug large', groupId: 'rugs' },
      { id: 'mat', title: 'Wool mat' },
      { id: 'chair', title: 'Garden chair' },
      { id: 'sold-out', title: 'Floor lamp', availability: 'OUT_OF_STOCK' },
      { id: 'gone', title: 'Old lamp', availability: 'DISCONTINUED' },
      { id: 'soon', title: 'New lamp', publishedAt: inDays(3) },
      { id: 'pans', title: 'Frying pan' },
      { id: 'skillet', title: 'Cast skillet' },
      { id: 'cpp', title: 'C++ primer' },
      { id: 'c', title: 'C primer' },
    );
    await shop.client.data(SEARCH, { input: { awaitReceipt: receipt } });
  });

  const put = async (...products: object[]) => {
    const { upsertProducts } = await shop.client.data<UpsertAnswer>(UPSERT, { products });
    expect(upsertProducts.errors).toEqual([]);
    return upsertProducts.receipt;
  };
  const save = async (input: object) => (await shop.client.data<Saved>(SAVE, { input })).upsertMerchandisingRule;
  const preview = async (previewRule: object, query = 'lamp') =>
    (await shop.client.data<Previewed>(PREVIEW, { input: { query, previewRule } })).search.previewWarnings!;
  const summary = (warnings: readonly Warning[] | null) =>
    warnings!.map(({ code, field, productId, queries }) => [code, field.slice(1).join(' '), productId, queries]);

  it('products that a rule does not move are warnings, in the preview and on saving, which works', async () => {
    const rule = {
      id: 'lamps',
      queries: ['lamp'],
      pins: ['lamp-3', 'chair', 'gone', 'soon', 'nothing', 'sold-out'],
      buried: ['lamp-5', 'shade', 'never'],
    };
    const expected = [
      ['NOT_FOUND', 'pins 1', 'chair', ['lamp']],
      ['HIDDEN', 'pins 2', 'gone', []],
      ['HIDDEN', 'pins 3', 'soon', []],
      ['UNKNOWN', 'pins 4', 'nothing', []],
      ['NOT_FOUND', 'buried 1', 'shade', ['lamp']],
      ['UNKNOWN', 'buried 2', 'never', []],
    ];
    const previewed = await preview(rule);
    expect(summary(previewed)).toEqual(expected);
    expect(previewed.map(({ product }) => product?.id ?? null)).toEqual(['chair', 'gone', 'soon', null, 'shade', null]);
    expect(previewed[0].message).toContain('Garden chair is not found by "lamp"');
    const { warnings, ...saved } = await save(rule);
    expect(saved).toMatchObject({ rule: { id: 'lamps' }, errors: [] });
    expect(summary(warnings)).toEqual(expected);
    // The warnings are those of the rule, also if another query is searched for. Counts stay true.
    expect(summary(await preview({ id: 'lamps' }, 'chair'))).toEqual(expected);
    const list = await shop.client.data<SearchAnswer>(SEARCH, {
      input: { query: 'lamp', awaitReceipt: saved.receipt },
    });
    expect(found(list).slice(0, 2)).toEqual(['lamp-3', 'sold-out']);
    expect(list.search.totalCount).toBe(23);
  });

  it('a warning names the queries that do not find the product', async () => {
    const rule = { id: 'many', queries: ['lamp', 'garden chairs', 'desk'], pins: ['chair', 'lamp-1'] };
    expect(summary((await save(rule)).warnings)).toEqual([
      ['NOT_FOUND', 'pins 0', 'chair', ['lamp', 'desk']],
      ['NOT_FOUND', 'pins 1', 'lamp-1', ['garden chairs']],
    ]);
  });

  it('there is none for what depends on the search, or for what is published in time', async () => {
    // Any search in a placement.
    expect(await preview({ id: 'home', placements: ['home'], pins: ['chair', 'lamp-1'], buried: ['rug-a'] })).toEqual(
      [],
    );
    expect(summary(await preview({ id: 'home', placements: ['home'], pins: ['gone', 'nothing'] }))).toEqual([
      ['HIDDEN', 'pins 0', 'gone', []],
      ['UNKNOWN', 'pins 1', 'nothing', []],
    ]);
    // A pin does not lift these over the products with all words; where there are none, it comes first.
    expect(summary(await preview({ id: 'partial', queries: ['wool rug', 'wool'], pins: ['mat'] }))).toEqual([
      ['PARTIAL_MATCH', 'pins 0', 'mat', ['wool rug']],
    ]);
    expect(await preview({ id: 'partial', queries: ['wool rug'], buried: ['mat'] })).toEqual([]);
    expect(await preview({ id: 'relaxed', queries: ['garden zeppelin'], pins: ['chair'] })).toEqual([]);
    expect(summary(await preview({ id: 'more', queries: ['desk lamp'], pins: ['sold-out', 'chair'] }))).toEqual([
      ['PARTIAL_MATCH', 'pins 0', 'sold-out', ['desk lamp']],
      ['NOT_FOUND', 'pins 1', 'chair', ['desk lamp']],
    ]);
    expect(await preview({ id: 'next', queries: ['lamp'], pins: ['soon'], startsAt: inDays(4) })).toEqual([]);
    expect(await preview({ id: 'boost', queries: ['lamp'], boost: '2.0' })).toEqual([]);
    // A query of a rule is neither corrected nor read as a condition.
    expect(await preview({ id: 'typo', queries: ['lmap'], pins: ['lamp-1'] })).toHaveLength(1);
  });

  it('of two variants, a list shows the one that is pinned first', async () => {
    expect(summary(await preview({ id: 'rugs', queries: ['wool'], pins: ['rug-b', 'mat', 'rug-a'] }))).toEqual([
      ['VARIANT', 'pins 2', 'rug-a', ['wool']],
    ]);
    expect(summary(await preview({ id: 'rugs', placements: ['home'], pins: ['rug-b', 'mat', 'rug-a'] }))).toEqual([
      ['VARIANT', 'pins 2', 'rug-a', []],
    ]);
    // The words of this query find only one of them.
    expect(await preview({ id: 'rugs', queries: ['wool rug large'], pins: ['rug-b'] })).toEqual([]);
  });

  it('products that have just been written are known, and a synonym ends the warning', async () => {
    await put({ id: 'just-now', title: 'Lamp of today' });
    expect((await save({ id: 'today', queries: ['lamp'], pins: ['just-now'] })).warnings).toEqual([]);
    const seats = { id: 'seats', queries: ['stool'], pins: ['chair'] };
    expect((await save(seats)).warnings).toHaveLength(1);
    await shop.client.data(
      'mutation { upsertSynonyms(input: { synonyms: [{ id: "stool", kind: ONE_WAY, words: ["stool"], finds: ["chair"] }] }) { receipt } }',
    );
    expect((await save(seats)).warnings).toEqual([]);
    const { warnings, errors } = await save({ id: 'wrong', pins: ['chair'] });
    expect([warnings, errors.length]).toEqual([[], 1]);
    expect(await shop.client.data(PREVIEW, { input: { query: 'lamp' } })).toMatchObject({
      search: { previewWarnings: null },
    });
  });

  it('a synonym is tried before it is stored', async () => {
    const idsOf = async (query: string, previewSynonym?: object, more: object = {}) =>
      found(await shop.client.data<SearchAnswer>(SEARCH, { input: { query, previewSynonym, ...more } })).sort();
    const pan = { id: 'pan', kind: 'TWO_WAY', words: ['pan', 'skillet', 'wok'] };
    expect(await idsOf('wok')).toEqual([]);
    expect(await idsOf('wok', pan)).toEqual(['pans', 'skillet']);
    expect(await idsOf('skillet', pan)).toEqual(['pans', 'skillet']);
    expect(await idsOf('skillet')).toEqual(['skillet']);
    expect(await idsOf('wok', { ...pan, language: 'de' })).toEqual([]);
    expect(await idsOf('wok', { ...pan, language: 'de' }, { language: 'de' })).toEqual(['pans', 'skillet']);
    const written = await shop.client.data<{ upsertSynonyms: { receipt: string } }>(
      'mutation($synonyms: [SynonymInput!]!) { upsertSynonyms(input: { synonyms: $synonyms }) { receipt } }',
      { synonyms: [pan] },
    );
    expect(await idsOf('wok', undefined, { awaitReceipt: written.upsertSynonyms.receipt })).toEqual([
      'pans',
      'skillet',
    ]);
    // An edited synonym takes the place of the stored one, and keeps what the input does not name.
    expect(await idsOf('wok', { id: 'pan', words: ['wok', 'pan'] })).toEqual(['pans']);
    expect(await idsOf('wok')).toEqual(['pans', 'skillet']);
    const refused = (previewSynonym: object) => shop.client.code(SEARCH, { input: { query: 'wok', previewSynonym } });
    expect(await refused({ id: 'x', kind: 'TWO_WAY', words: ['alone'] })).toBe('BAD_USER_INPUT');
    expect(await refused({ id: 'x' })).toBe('BAD_USER_INPUT');

    // A rule for the word without its sign does not hold for a word that only a synonym has.
    const redirect = 'query($input: SearchInput!) { search(input: $input) { redirect } }';
    const redirectOf = async (query: string, previewSynonym?: object) => {
      const previewRule = { id: 'f', queries: ['f'], redirect: '/f' };
      const input = { query, previewRule, previewSynonym };
      return (await shop.client.data<{ search: { redirect: string | null } }>(redirect, { input })).search.redirect;
    };
    const sharp = { id: 'sharp', kind: 'TWO_WAY', words: ['f#', 'fsharp'] };
    expect([await redirectOf('f#'), await redirectOf('f#', sharp), await redirectOf('f', sharp)]).toEqual([
      '/f',
      null,
      '/f',
    ]);

    // A sign belongs to its word.
    const signed = { id: 'cpp', kind: 'TWO_WAY', words: ['cplusplus', 'c++'] };
    expect(await idsOf('cplusplus', signed)).toEqual(['cpp']);
    expect(await idsOf('cplusplus primer', { ...signed, words: ['cplusplus', 'c'] })).toEqual(['c', 'cpp']);
    for (const word of ['c--', '-c', '#c'])
      expect(await refused({ ...signed, words: ['cplusplus', word] })).toBe('BAD_USER_INPUT');
  });
});
