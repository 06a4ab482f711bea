import fc from 'fast-check';
import { catalogueProduct, type CatalogueProduct } from '../../../src/catalog/catalogue-product';
import { type ProductConditions, ProductConditionsService } from '../../../src/catalog/product-conditions.service';
import type { ProductRecord } from '../../../src/catalog/product-record';
import { ApiError } from '../../../src/graphql/errors';
import { Analyzers } from '../../../src/search-engine/text/analyzers';
import { indexSettings } from '../../../src/search/document/index-settings';
import { productColumns } from '../../../src/search/document/product-columns';
import { productDocument } from '../../../src/search/document/product-document';
import { SearchIndex } from '../../../src/search-engine/index/search-index';
import { SegmentBuilder } from '../../../src/search-engine/index/segment-builder';
import { SegmentProducts } from '../../../src/search/segment-products.read-model';

const VARS = {
  max: 10,
  brands: ['Acme', 'b', '', 'Acme\u00a0'],
  sizes: [1, 'L', 42],
  on: true,
  categories: ['Home'],
  since: AT(2),
};
const CUSTOMER = { size: 42, color: 'red', price: 10 };
const service = new ProductConditionsService({
  attributesOf: () => Promise.resolve(CUSTOMER),
  profileOf: () => Promise.resolve({}),
});

function AT(day: number): string {
  return `2026-01-0${day}T00:00:00.000Z`;
}

const value = fc.constantFrom<unknown>('red', ' red ', 'L', '', '1', 'true', 0, 1, 2.5, 42, true, false, null);
const attributes = fc.dictionary(
  fc.constantFrom('size', 'color', 'sale', 'late', 'shoe size'),
  fc.oneof(
    { weight: 6, arbitrary: value },
    { weight: 2, arbitrary: fc.array(value, { maxLength: 3 }) },
    { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('red', 'a'), value) },
    // More values than the index takes of one product, with repetitions.
    { weight: 1, arbitrary: fc.constantFrom(120, 99).map((count) => [...Array(count).keys()].map((n) => `v${n}`)) },
    { weight: 1, arbitrary: fc.constant(Array(150).fill('red')) },
  ),
);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const record: fc.Arbitrary<Omit<ProductRecord, 'id'>> = fc.record({
  title: fc.constantFrom('Red lamp', 'Acme'),
  description: fc.constant(null),
  url: fc.constant(null),
  imageUrls: fc.constant([]),
  price: optional(fc.constantFrom('0', '5', '10', '19.99')),
  listPrice: optional(fc.constantFrom('10', '20')),
  currency: fc.constant('EUR'),
  brand: optional(fc.constantFrom('Acme', 'b', '', 'Acme\u00a0', ' ', 'B &amp; Q', 'B & Q')),
  categories: fc.uniqueArray(fc.constantFrom('Home', 'Home > Kitchen', 'Home  >\u00a0Kitchen ', 'Garden > Tents'), {
    maxLength: 2,
  }),
  groupId: optional(fc.constantFrom('g', 'h')),
  language: optional(fc.constantFrom('de', 'de-AT', 'EN', 'nb', 'no', 'xx')),
  availability: fc.constantFrom('IN_STOCK', 'OUT_OF_STOCK', 'PREORDER'),
  stock: optional(fc.constantFrom(0, 3)),
  rating: optional(fc.constantFrom(0, 2.5, 5)),
  attributes: attributes,
  publishedAt: optional(fc.constantFrom(AT(1), AT(3))),
  updatedAt: fc.constant(AT(1)),
  offerUpdatedAt: fc.constant(AT(1)),
});

/** Filters; many combine fields that have columns with fields that only products have. */
const { bool, number } = fc.letrec<Record<'bool' | 'number' | 'text' | 'attribute' | 'constant', string>>((tie) => {
  const pair = (signs: string[], left: fc.Arbitrary<string>, right: fc.Arbitrary<string>) =>
    fc
      .tuple(left, fc.constantFrom(...signs), right, fc.boolean())
      .map(([a, sign, b, turned]) => (turned && sign !== 'in' ? `(${b} ${sign} ${a})` : `(${a} ${sign} ${b})`));
  return {
    attribute: fc.constantFrom(
      ...['size', 'color', 'sale', 'late', 'none', 'color.red', 'size[0]'].map((name) => `product.attributes.${name}`),
      "product.attributes['shoe size']",
    ),
    constant: fc.constantFrom(
      ...['1', '42', '2.5', '"red"', '" red "', '"L"', '"v7"', '"v110"', '""', 'true', 'vars.max', 'vars.on'],
      ...['customer.attributes.size', 'customer.attributes.color', 'customer.attributes.none', '(vars.max + 32)'],
    ),
    number: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(
        'product.price',
        'product.rating',
        'vars.max',
        '5',
        '1',
        '1.0',
        'product.listPrice',
        'product.attributes.size',
      ),
      pair(['+', '-', '*', '/'], tie('number'), tie('number')),
      fc.tuple(tie('bool'), tie('number'), tie('number')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    ),
    text: fc.constantFrom(
      ...['product.brand', 'product.availability', 'product.title', 'product.language', '"Acme"', '"IN_STOCK"'],
      ...[
        '"B & Q"',
        '"B &amp; Q"',
        '"Acme\\u00a0"',
        '" "',
        '"de"',
        '"nb"',
        '"EN"',
        'product.groupId',
        'product.currency',
        '"g"',
        'product.id',
        '"p1"',
      ],
    ),
    bool: fc.oneof(
      { depthSize: 'small' },
      pair(['<', '<=', '>', '>=', '==', '!='], tie('number'), tie('number')),
      pair(['==', '!=', '<'], tie('text'), tie('text')),
      pair(['==', '!=', '<', '>='], tie('attribute'), tie('constant')),
      pair(['==', '<='], tie('attribute'), tie('constant')),
      pair(['in'], tie('attribute'), fc.constantFrom('vars.sizes', '[1, 42]', '["red", "L"]', '[]', '[true, null]')),
      pair(
        ['in'],
        tie('text'),
        fc.constantFrom('vars.brands', '["IN_STOCK", "de"]', '["p1", "g"]', 'product.categories'),
      ),
      pair(
        ['in'],
        fc.constantFrom('"Home"', '"Home > Kitchen"', '"Home  >\\u00a0Kitchen "', '"x"'),
        fc.constantFrom('product.categories'),
      ),
      pair(
        ['in'],
        fc.constantFrom('"red"', '"size"', '1'),
        fc.constantFrom('product.attributes', 'product.attributes.color'),
      ),
      pair(['<', '>='], fc.constant('product.publishedAt'), fc.constant('timestamp(vars.since)')),
      fc.constantFrom(
        ...[
          'has(product.brand)',
          'has(product.attributes.size)',
          'product.attributes.sale',
          'customer.id == "c"',
          'true',
        ],
        'product.categories.exists(c, c == "Home")',
        'vars.brands.exists(c, c == product.brand)',
        'vars.sizes.exists(c, product.attributes.size == c)',
        'vars.sizes.exists(c, product.attributes.size < 5 && c == 1)',
      ),
      pair(['&&', '||'], tie('bool'), tie('bool')),
      pair(['&&', '||'], tie('bool'), tie('bool')),
      tie('bool').map((inner) => `!${inner}`),
      fc.tuple(tie('bool'), tie('bool'), tie('bool')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    ),
  };
});

/** Half of them in the base, half live; the attribute `late` has no column for its numbers. */
function indexOf(products: readonly CatalogueProduct[]): SearchIndex {
  const settings = indexSettings(['size', 'shoe size']);
  const analyzers = new Analyzers('en');
  const documents = products.map((product) => productDocument(product, analyzers) ?? fail());
  const builder = new SegmentBuilder(settings);
  const half = documents.length >>> 1;
  for (const document of documents.slice(0, half)) builder.add(document);
  const index = new SearchIndex(settings, builder.finish());
  for (const document of documents.slice(half)) index.put(document);
  return index;
}

function fail(): never {
  throw new Error('every product is to be found');
}

async function conditionsOf(input: { filter?: string; boost?: string }): Promise<ProductConditions | 'refused'> {
  try {
    const prepared = service.prepare({ ...input, filterVariables: VARS }, 'ADMIN');
    return await prepared.forCustomer({ customerId: 'c' });
  } catch (error) {
    if (error instanceof ApiError && error.extensions.code === 'BAD_USER_INPUT') return 'refused';
    throw error;
  }
}

describe('expressions by the columns of an index', () => {
  const products = fc
    .array(record, { minLength: 4, maxLength: 24 })
    .map((records) => records.map((one, n) => catalogueProduct({ ...one, id: `p${n}` })));

  it('accept the same products as evaluating each product', async () => {
    const seen = { refused: 0, unknown: 0, some: 0, exact: 0, cutDown: 0, passed: 0 };
    await fc.assert(
      // An index costs more than a filter, so each index is asked five of them.
      fc.asyncProperty(fc.array(bool, { minLength: 5, maxLength: 5 }), products, async (filters, catalogue) => {
        const byId = new Map(catalogue.map((product) => [product.id, product]));
        const segments = new SegmentProducts({ get: (id) => byId.get(id) });
        const parts = indexOf(catalogue).columns();
        for (const filter of filters) {
          const conditions = await conditionsOf({ filter });
          if (conditions === 'refused') {
            seen.refused++;
            continue;
          }
          for (const columns of parts) {
            const possible = conditions.byPart(productColumns(columns)).passes;
            seen[possible === undefined ? 'unknown' : possible.exact ? 'exact' : 'some']++;
            const passes = segments.filterOf(columns, conditions);
            for (let doc = 0; doc < columns.documents; doc++) {
              const expected = conditions.passes?.(byId.get(columns.idAt(doc)));
              if (passes(doc) !== expected)
                throw new Error(`${filter}, ${columns.idAt(doc)}: ${expected} by the product`);
              if (expected) seen.passed++;
              else if (possible?.exact === false && !possible.holds(doc)) seen.cutDown++;
            }
          }
        }
      }),
      { numRuns: 500, seed: 5 },
    );
    // Each evaluation path was used.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(100);
  });

  it('boost as evaluating each product does', async () => {
    const usual = bool.map((condition) => `(${condition} ? 2.0 : 1.0)`);
    let known = 0;
    let unchanged = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(number, usual), products, async (boost, catalogue) => {
        const conditions = await conditionsOf({ boost });
        if (conditions === 'refused') return;
        const byId = new Map(catalogue.map((product) => [product.id, product]));
        const segments = new SegmentProducts({ get: (id) => byId.get(id) });
        for (const columns of indexOf(catalogue).columns()) {
          const byPart = conditions.byPart(productColumns(columns));
          if (byPart.boost !== undefined) known++;
          const factor = segments.boostFactorOf(columns, conditions);
          for (let doc = 0; doc < columns.documents; doc++) {
            expect(factor(doc)).toBe(conditions.boost ? conditions.boost(byId.get(columns.idAt(doc))) : 1);
            if (byPart.boost === undefined && byPart.mayBoost?.(doc) === false) unchanged++;
          }
        }
      }),
      { numRuns: 500, seed: 6 },
    );
    expect(known).toBeGreaterThan(100);
    expect(unchanged).toBeGreaterThan(100);
  });

  it('evaluate no product if columns have all values, and few if they have a part', async () => {
    const catalogue = Array.from({ length: 100 }, (_, n) =>
      catalogueProduct({
        ...fc.sample(record, { numRuns: 1, seed: n })[0],
        id: `p${n}`,
        price: String(n),
        brand: n % 2 ? 'Acme' : 'b',
        attributes: { size: n, color: n % 10 === 0 ? 'red' : 'blue' },
      }),
    );
    const byId = new Map(catalogue.map((product) => [product.id, product]));
    const asked = async (filter: string, boost?: string) => {
      const conditions = await conditionsOf(boost === undefined ? { filter } : { boost });
      if (conditions === 'refused') return fail();
      let count = 0;
      const segments = new SegmentProducts({ get: (id) => (count++, byId.get(id)) });
      for (const columns of indexOf(catalogue).columns()) {
        const passes = segments.filterOf(columns, conditions);
        const factor = segments.boostFactorOf(columns, conditions);
        for (let doc = 0; doc < columns.documents; doc++) if (passes(doc)) factor(doc);
      }
      return count;
    };
    expect(await asked('product.price < vars.max && product.brand in vars.brands && product.attributes.size > 2')).toBe(
      0,
    );
    expect(await asked('product.attributes.size == 7 || product.attributes.size in [1, 2]')).toBe(0);
    expect(await asked("product.attributes.color == 'red' && product.title != ''")).toBe(10);
    expect(await asked("product.title != ''")).toBe(100);
    expect(await asked("product.id in ['p3', 'p97', 'none'] && product.title != ''")).toBe(2);
    const boosted = (boost: string) => asked('', boost);
    expect(await boosted("product.attributes.color == 'red' ? 2.0 : 1.0")).toBe(10);
    expect(await boosted("product.id == 'p3' ? 9.0 : product.attributes.color == 'red' ? 2.0 : 1.0")).toBe(11);
    const both = "(product.attributes.color == 'red' ? 2.0 : 1.0) * (product.brand == 'b' ? 1.0 : 1.0)";
    expect(await boosted(both)).toBe(10);
    expect(await boosted("product.attributes.color == 'red' ? 2.0 : 0.5")).toBe(100);
  });
});

it('finds the document of a popularity index as by its id, while documents are replaced and deleted', () => {
  const product = (n: number) => catalogueProduct({ ...fc.sample(record, { numRuns: 1, seed: n })[0], id: `p${n}` });
  const index = indexOf(Array.from({ length: 12 }, (_, n) => product(n)));
  const analyzers = new Analyzers('en');
  const segments = new SegmentProducts({ get: () => undefined });
  const ids = Array.from({ length: 8 }, (_, n) => `p${2 * n}`);
  const table = {
    get size() {
      return ids.length;
    },
    indexOf: (id: string) => ids.indexOf(id),
    idAt: (at: number) => ids[at],
  };
  const check = () => {
    for (const columns of index.columns()) {
      const documentOf = segments.documentsOf(columns, table);
      ids.forEach((id, at) => expect(documentOf(at)).toBe(columns.find(id)));
    }
  };
  check();
  // A product of the base segment moves to the live one, one of the live segment is replaced, and two are deleted.
  for (const n of [2, 10]) index.put(productDocument(product(n), analyzers) ?? fail());
  for (const id of ['p4', 'p8']) index.delete(id);
  check();
  ids.push('p1', 'p11', 'unknown');
  check();
  index.put(productDocument(product(4), analyzers) ?? fail());
  check();
});
