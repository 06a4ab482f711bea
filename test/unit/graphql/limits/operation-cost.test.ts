import { getOperationAST, parse } from 'graphql';
import { workOfEvents } from '../../../../src/events/event.service';
import { DEFAULT_LIMITS } from '../../../../src/graphql/limits/limits';
import { costOf } from '../../../../src/graphql/limits/operation-cost';
import { cpuMs } from '../../../setup/cpu-time';
import { SCHEMA } from '../../../setup/schema';

const LIST = 1_000;
const aliased = (field: string, times: number) => Array.from({ length: times }, (_, i) => `a${i}: ${field}`).join(' ');

function cost(source: string, variables: Record<string, unknown> = {}): number {
  const document = parse(source);
  return costOf(SCHEMA, document, getOperationAST(document)!, variables);
}

describe('the cost of an operation', () => {
  it('counts a connection by its first, given, by variable or by default', () => {
    expect(cost('{ products(first: 7) { nodes { id title } } }')).toBe(1 + 7 * (1 + 2));
    expect(cost('query($n: Int) { products(first: $n) { nodes { id title } } }', { n: 3 })).toBe(1 + 3 * 3);
    expect(cost('{ products { nodes { id title } } }')).toBe(1 + 20 * 3);
    // An unknown length counts as the longest.
    expect(cost('query($n: Int = 5) { products(first: $n) { nodes { id } } }')).toBe(1 + 100 * 2);
    expect(cost('{ products(first: 1000000) { nodes { id } } }')).toBe(1 + 100 * 2);
  });

  it('counts the reads of behaviour and of the sizes of segments', () => {
    expect(cost('{ viewer { behaviour { behaviour } } }')).toBe(1 + 1 + 300 + 1);
    expect(cost('{ customers(first: 5) { nodes { behaviour { behaviour } } } }')).toBe(1 + 5 * (1 + 1 + 300 + 1));
    expect(cost('{ segment(id: "1") { size } }')).toBe(1 + 1 + 1_000);
    // Once for a page, however many products it has.
    for (const first of [1, 100])
      expect(cost(`{ search(input: {}, first: ${first}) { totalCount previewWarnings { code } } }`)).toBe(
        1 + 1_000 + 1 + 1 + 2_000 + 10,
      );
  });

  it('counts the length of expressions and of their variables, wherever they are written', () => {
    const filter = 'product.price > 1.0 || '.repeat(40);
    const base = cost('{ products(first: 1) { nodes { id } } }');
    expect(cost(`{ products(first: 1, filter: "${filter}") { nodes { id } } }`)).toBe(
      base + 10 * (filter.length - 100),
    );
    expect(cost(`{ products(first: 1, filter: "${filter.slice(0, 100)}") { nodes { id } } }`)).toBe(base);
    const rails = 'query($i: [RecommendationsInput!]!) { recommendationRails(inputs: $i, first: 1) { requestId } }';
    expect(cost(rails, { i: [{ boost: filter }, { filter }] }) - cost(rails, { i: [{}, {}] })).toBe(
      20 * (filter.length - 100),
    );
    expect(cost(rails, { i: [{ filter: filter.repeat(50) }] }) - cost(rails, { i: [{}] })).toBe(20_000);
    const search = 'query($v: JSONObject) { search(input: { filterVariables: $v }, first: 1) { totalCount } }';
    const v = { a: Array.from({ length: 900 }, (_, n) => `brand ${n}`) };
    const priced = cost(search, { v }) - cost(search);
    expect(priced / (0.4 * (JSON.stringify(v).length - 200))).toBeCloseTo(1, 1);
    // However large or deep they are.
    const deep = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000)) as unknown;
    const wide = Array.from({ length: 200_000 }, () => ({}));
    for (const value of [deep, wide])
      expect(cost(search, { v: { a: value } }) - cost(search)).toBeLessThanOrEqual(20_000);
    // What a mutation only stores is not evaluated.
    const rule = 'mutation($i: UpsertMerchandisingRuleInput!) { upsertMerchandisingRule(input: $i) { receipt } }';
    expect(cost(rule, { i: { filter } })).toBe(cost(rule, { i: {} }));
  });

  it('multiplies a field that returns a list for each item of an argument', () => {
    const rails = 'nodes { id title }';
    const input = '{ intent: POPULAR }';
    expect(cost(`{ recommendationRails(inputs: [${input}, ${input}], first: 7) { ${rails} } }`)).toBe(
      1 + 2 * LIST + 2 * 7 * 3,
    );
    const byVariable = `query($i: [RecommendationsInput!]!) { recommendationRails(inputs: $i, first: 7) { ${rails} } }`;
    expect(cost(byVariable, { i: [{}, {}, {}] })).toBe(1 + 3 * LIST + 3 * 7 * 3);
    // An unknown length counts as the maximum.
    expect(cost(byVariable)).toBe(1 + 20 * LIST + 20 * 7 * 3);
    expect(cost(`{ recommendationRails(inputs: ${input}, first: 7) { ${rails} } }`)).toBe(1 + 20 * LIST + 20 * 7 * 3);
  });

  it('counts the work of computing a list, and of writing an event', () => {
    const list = 'recommendations(input: { intent: POPULAR }, first: 2) { requestId }';
    expect(cost(`{ ${list} }`)).toBe(1 + LIST + 1);
    expect(cost(`{ ${aliased(list, 20)} }`)).toBe(20 * (1 + LIST + 1));
    expect(cost('subscription { recommendationsUpdated(input: { intent: POPULAR }) { requestId } }')).toBe(
      1 + LIST + 1,
    );
    const record = 'mutation($i: RecordEventsInput!, $e: [EventInput!]!) { recordEvents(input: $i) { accepted } }';
    const inside = record.replace('input: $i', 'input: { events: $e }');
    const written = record.replace('input: $i', 'input: { events: [{ type: VIEW }, { type: CLICK }] }');
    expect(cost(record, { i: { events: [{}, {}, {}] } })).toBe(2 + workOfEvents(3));
    expect(cost(inside, { e: [{}, {}, {}] })).toBe(2 + workOfEvents(3));
    expect(cost(written)).toBe(2 + workOfEvents(2));
    expect(cost(inside, { e: {} })).toBe(2 + workOfEvents(1));
    for (const variables of [{}, { i: null }, { i: 7 }, { i: { events: 'x' } }])
      expect(cost(record, variables)).toBe(2 + workOfEvents(1_000));
  });

  it('allows twenty lists in one operation, and no more than twice as many', () => {
    const rails = `recommendationRails(inputs: $i, first: 10) { requestId nodes { id title url imageUrls price { amount currency } } }`;
    const document = (times: number) => `query($i: [RecommendationsInput!]!) { ${aliased(rails, times)} }`;
    const twenty = { i: Array.from({ length: 20 }, () => ({ intent: 'POPULAR' })) };
    expect(cost(document(1), twenty)).toBeLessThan(DEFAULT_LIMITS.maxCost);
    expect(cost(document(3), twenty)).toBeGreaterThan(DEFAULT_LIMITS.maxCost);
    expect(cost(document(20), twenty)).toBeGreaterThan(400_000);
  });

  it('counts the work of each item that a list may have, for any selection', () => {
    expect(cost('{ orders(first: 10) { nodes { id } } }')).toBe(1 + 10 * 100 + 10 * (1 + 1));
    expect(cost('query($n: Int) { orders(first: $n) { nodes { id } } }', { n: 3 })).toBe(1 + 3 * 100 + 3 * (1 + 1));
    expect(cost('{ order(id: "a") { id } }')).toBe(1 + 20 + 1);
  });

  it('multiplies lists inside lists, also through fragments', () => {
    const once = cost('{ products(first: 10) { nodes { variants { id } } } }');
    const twice = cost(
      '{ products(first: 10) { nodes { ...V } } } fragment V on Product { variants { variants { id } } }',
    );
    expect(once).toBe(1 + 10 * (1 + 1 + 100));
    expect(twice).toBe(1 + 10 * (1 + 1 + 100 * (1 + 100)));
  });

  it('counts edges and nodes for each item of the page, and what a list has once, once', () => {
    const once = 'requestId totalCount conditions { text } nothingFound { bestSellers { id } }';
    const items = 'edges { rank node { id } } nodes { id }';
    const search = (first: number, fields: string) => `search(input: {}, first: ${first}) { ${fields} }`;
    const oncePrice = 2 + (1 + 10) + (1 + 1 + 10);
    expect(cost(`{ ${search(7, once)} }`)).toBe(1 + LIST + oncePrice);
    expect(cost(`{ ${search(0, `${once} ${items}`)} }`)).toBe(1 + LIST + oncePrice);
    expect(cost(`{ ${search(7, `${once} ${items}`)} }`)).toBe(1 + LIST + oncePrice + 7 * (4 + 2));
    // A fragment costs what it costs in each of its lists.
    const [few, many] = [search(2, '...F'), search(50, '...F')];
    const fragment = `fragment F on ProductSearchConnection { ${once} ${items} }`;
    expect(cost(`{ few: ${few} many: ${many} } ${fragment}`)).toBe(2 * (1 + LIST + oncePrice) + 52 * (4 + 2));
    const rails = 'recommendationRails(inputs: [{ intent: NEW }, { intent: POPULAR }], first: 3)';
    expect(cost(`{ ${rails} { requestId nodes { id } } }`)).toBe(1 + 2 * LIST + 2 * (1 + 3 * 2));
  });

  describe('of facets', () => {
    const document = (input: string, variables = '', fields = 'field values { value count selected }') =>
      `query${variables} { search(input: ${input}, first: 0) { facets { ${fields} } } }`;
    /** The fields of facets cost a quarter. `field` and `values` are two of each facet. */
    const price = (facets: number, values: number, ofValue = 3) =>
      1 + LIST + 1 + Math.ceil(0.25 * (facets * 2 + values * ofValue));

    it('counts the facets that are asked for, and the values that each may have', () => {
      expect(cost(document('{}'))).toBe(price(0, 0));
      expect(cost(document('{ facets: [{ field: "brand" }] }'))).toBe(price(1, 10));
      expect(cost(document('{ facets: { field: "brand", first: 7 } }'))).toBe(price(1, 7));
      expect(cost(document('{ facets: [{ field: "brand", first: 100 }, { field: "categories", first: null }] }'))).toBe(
        price(2, 110),
      );
      expect(cost(document('{ facets: [{ field: "brand", first: 9999 }] }'))).toBe(price(1, 100));
      // Those that are chosen follow the most frequent ones.
      const filters =
        '[{ field: "brand", values: ["a", "b"] }, { field: "language", values: "en" }, { field: "price" }]';
      expect(cost(document(`{ facets: [{ field: "brand", first: 5 }], facetFilters: ${filters} }`))).toBe(price(1, 7));
    });

    it('counts ranges by their boundaries, and those of a histogram as the most there can be', () => {
      const ranges = 'field ranges { from to count }';
      expect(cost(document('{ facets: [{ field: "price", boundaries: [0, 1, 2, 3] }] }', '', ranges))).toBe(
        price(1, 4),
      );
      expect(cost(document('{ facets: [{ field: "price", interval: 5 }] }', '', ranges))).toBe(price(1, 1_000));
      expect(cost(document('{ facets: [{ field: "price", interval: 5 }] }'))).toBe(price(1, 0));
    });

    it('reads variables, and defaults of those that are not passed', () => {
      const facets = [{ field: 'brand', first: 60 }, { field: 'categories' }];
      const whole = document('$i', '($i: SearchInput!)');
      expect(cost(whole, { i: { facets } })).toBe(price(2, 70));
      expect(cost(document('{ facets: $f }', '($f: [FacetRequest!])'), { f: facets })).toBe(price(2, 70));
      expect(cost(document('{ facets: $f }', '($f: [FacetRequest!])'))).toBe(price(0, 0));
      const byFirst = document('{ facets: [{ field: "brand", first: $n }] }', '($n: Int = 80)');
      expect([cost(byFirst, { n: 3 }), cost(byFirst)]).toEqual([price(1, 3), price(1, 80)]);
      const byDefault = document('{ facets: $f }', '($f: [FacetRequest!] = [{ field: "brand", first: 90 }])');
      expect(cost(byDefault)).toBe(price(1, 90));
      for (const i of [null, 7, [], { facets: 7 }, { facets: [null] }]) expect(cost(whole, { i })).toBe(price(0, 0));
    });

    it('counts each alias, also in a fragment that several lists share', () => {
      const input = (first: number) => `{ facets: [{ field: "brand", first: ${first} }] }`;
      const fragment = 'fragment F on ProductSearchConnection { a: facets { field values { value } } }';
      const lists = `few: search(input: ${input(2)}, first: 0) { ...F } many: search(input: ${input(90)}, first: 0) { ...F b: facets { field values { value } } }`;
      expect(cost(`{ ${lists} } ${fragment}`)).toBe(price(1, 2, 1) + 3 + LIST + 2 * Math.ceil(0.25 * (2 + 90)));
      const updated = `subscription { searchUpdated(input: ${input(50)}, first: 0) { facets { field values { value } } } }`;
      expect(cost(updated)).toBe(price(1, 50, 1));
    });

    it('refuses a hundred times all values of all facets', () => {
      const facets = Array.from({ length: 20 }, (_, at) => ({ field: `attributes.a${at}`, first: 100 }));
      const all = 'facets { field values { value count selected } }';
      const some = (times: number) =>
        `query($i: SearchInput!) { search(input: $i, first: 0) { ${aliased(all, times)} } }`;
      expect(cost(some(1), { i: { facets } })).toBeLessThan(3_000);
      expect(cost(some(100), { i: { facets } })).toBeGreaterThan(2 * DEFAULT_LIMITS.maxCost);
    });
  });

  it('leaves out what @skip and @include leave out', () => {
    const document = (directive: string) =>
      `query($is: Boolean!) { products(first: 5) ${directive} { nodes { id } } viewer { scope } }`;
    const [some, all] = [2, 2 + 1 + 5 * 2];
    expect(cost(document('@include(if: $is)'), { is: false })).toBe(some);
    expect(cost(document('@include(if: $is)'), { is: true })).toBe(all);
    expect(cost(document('@include(if: $is)'))).toBe(all);
    expect(cost(document('@skip(if: $is)'), { is: true })).toBe(some);
    expect(cost(document('@skip(if: true)'))).toBe(some);
    expect(cost(document('@skip(if: false)'))).toBe(all);
  });

  it('is computed in linear time for fragments that double each other', () => {
    const doubled = Array.from(
      { length: 60 },
      (_, i) => `fragment F${i} on Product { a: variants { ...F${i + 1} } b: variants { ...F${i + 1} } }`,
    );
    const began = cpuMs();
    expect(cost(`{ product(id: "x") { ...F0 } } ${doubled.join(' ')} fragment F60 on Product { id }`)).toBeGreaterThan(
      1e100,
    );
    expect(cpuMs() - began).toBeLessThan(1_000);
  });

  it('allows the longest real page', () => {
    const page = `edges { cursor rank score node { id title description url imageUrls price { amount currency } brand categories availability }
      reasons { source share text product { id title } } } pageInfo { hasNextPage endCursor }`;
    expect(cost(`{ recommendations(input: { intent: PERSONAL }, first: 100) { requestId ${page} } }`)).toBeLessThan(
      20_000,
    );
  });
});

describe('the cost of a page of windows', () => {
  const input = 'input: { stream: "s", from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z" }';
  const ALL = `__typename stream key keys start end revision final events values {
    __typename name kind decimal number error overfull
    quantiles { __typename quantile value } top { __typename value count }
  }`;

  it('is that of the selected fields: a page of 1,000 with all of them is allowed, two are not', () => {
    const page = `windows(${input}, first: 1000) { ${ALL} }`;
    expect(cost(`{ ${page} }`)).toBeLessThanOrEqual(DEFAULT_LIMITS.maxCost);
    expect(cost(`{ ${aliased(page, 2)} }`)).toBeGreaterThan(DEFAULT_LIMITS.maxCost);
    const [few, many] = [10, 1_000].map((first) => cost(`{ windows(${input}, first: ${first}) { start } }`));
    expect(many - few).toBe(Math.ceil(0.25 * 1_000) - Math.ceil(0.25 * 10));
  });

  it('is that of the longest page if its length is not known, and other lists have their usual limit', () => {
    const unknown = cost(`query($n: Int = 5) { windows(${input}, first: $n) { start key } }`);
    expect(unknown).toBe(cost(`{ windows(${input}, first: 1000) { start key } }`));
    expect(unknown).toBe(cost(`{ windows(${input}, first: 9999) { start key } }`));
  });
});
