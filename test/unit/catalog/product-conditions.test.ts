import { catalogueProduct, type CatalogueProduct } from '../../../src/catalog/catalogue-product';
import { MAX_BOOST, ProductConditionsService, withinBudget } from '../../../src/catalog/product-conditions.service';
import type { ProductRecord } from '../../../src/catalog/product-record';
import { Budget, budgetOf } from '../../../src/expressions/budget';
import { ApiError } from '../../../src/graphql/errors';

const AT = '2026-01-01T00:00:00.000Z';
const product = (more: Partial<ProductRecord> = {}): CatalogueProduct =>
  catalogueProduct({
    id: 'p',
    title: 'A product',
    description: null,
    url: null,
    imageUrls: [],
    price: '9.990',
    listPrice: null,
    currency: 'EUR',
    brand: null,
    categories: ['a'],
    groupId: null,
    language: null,
    availability: 'IN_STOCK',
    stock: null,
    rating: null,
    attributes: { factor: 'x' },
    publishedAt: null,
    updatedAt: AT,
    offerUpdatedAt: AT,
    ...more,
  });

const reads: string[] = [];
const service = new ProductConditionsService({
  attributesOf: (id) => {
    reads.push(id);
    return Promise.resolve(id === 'c1' ? { max: 10 } : undefined);
  },
  profileOf: (id) => {
    reads.push(`profile of ${id}`);
    return Promise.resolve(
      id === 'c1'
        ? { segment: '3', expectedAmount: 120, purchaseProbability: 0.8, churnProbability: 0.1 }
        : { segment: 'NEW' },
    );
  },
});
const passes = async (filter: string, customerId?: string, more: Partial<ProductRecord> = {}) =>
  (await service.prepare({ filter }, 'SERVER').forCustomer({ customerId })).passes?.(product(more));
const boost = async (source: string, more: Partial<ProductRecord> = {}) =>
  (await service.prepare({ boost: source }, 'SERVER').forCustomer({})).boost?.(product(more));

describe('codes', () => {
  const inCountry = async (filter: string, country: unknown) =>
    (await service.prepare({ filter, filterVariables: { country } }, 'STOREFRONT').forCustomer({})).passes?.(product());
  const refusal = (filter: string | null, filterVariables: object) => {
    try {
      service.prepare({ filter, filterVariables: { ...filterVariables } }, 'STOREFRONT');
      return undefined;
    } catch (error) {
      return error as ApiError;
    }
  };

  it.each([
    ['vars.country == "DE"', 'de', true],
    ['vars.country != "DE"', 'de', false],
    ['vars.country == "de"', 'DE', true],
    ['"De" != vars.country', 'DE', false],
    ['vars["country"] == "UK"', 'GB', true],
    ['vars.country == "GB"', 'uk', true],
    ['vars.country in ["at", "el"]', 'GR', true],
    ['!(vars.country in ["EL"])', 'gr', false],
    ['["el", "at"].exists(c, c == vars.country)', 'GR', true],
    ['vars.country == (product.price > 5.0 ? "de" : "at")', 'DE', true],
    // An empty text and null are an unknown country.
    ['vars.country == ""', '', true],
    ['vars.country != "DE"', '', true],
    ['vars.country == "DE"', null, false],
    ['vars.country in (product.price > 5.0 ? ["de"] : ["at"])', 'DE', true],
    ['["de", "at"].exists(c, c == vars.country && product.price > 5.0)', 'DE', true],
    ['["de", "at"].exists(c, product.price > 5.0 && (c == "at" || c == "de") && vars.country == c)', 'DE', true],
    ['["de", "at"].exists_one(c, vars.country.contains(c))', 'DE', true],
    ['"de" in [vars.country]', 'DE', true],
    ['[vars.country].all(c, c in ["at", "de"])', 'DE', true],
    ['"DE" <= vars.country && vars.country < "df"', 'DE', undefined],
    ['"de" <= vars.country && vars.country < "dk"', 'DE', true],
    ['vars.country.startsWith("de")', 'DE', true],
    ['vars.country.lowerAscii() == "de"', 'DE', true],
    // What these macros return consists of the items of their list.
    ['"de" in ["de", "at"].filter(c, c != vars.country)', 'FR', true],
    ['["a", "new"].filter(c, c != vars.country).exists(c, c in product.categories)', 'FR', true],
    // Unless they are compared with a code themselves.
    ['vars.country in ["de", "at"].filter(c, c != "at" && product.price > 5.0)', 'DE', true],
    ['vars.country in ["de", "at"].filter(c, c != "at")', 'AT', false],
    ['["de", "at"].filter(c, c != "at").exists(c, c == vars.country)', 'DE', true],
    ['["a"].filter(c, vars.country == "de").size() == 1', 'DE', true],
  ])('%s in %j: %j', async (filter, country, expected) => {
    if (expected === undefined) expect(refusal(filter, { country })?.message).toContain('which is not a country code');
    else expect(await inCountry(filter, country)).toBe(expected);
  });

  it.each([
    ['product.language == vars.l', { l: 'pt-br' }, true],
    ['product.language != vars["l"]', { l: 'PT_BR' }, false],
    ['product.currency == vars.c', { c: 'eur' }, true],
    ['vars.country in vars.list', { country: 'de', list: ['de', 'at'] }, true],
    ['!(product.language in (product.price > 5.0 ? vars.list : ["de"]))', { list: ['de', 'pt-br'] }, false],
    ['product.currency in [vars.c, "usd"]', { c: 'eur' }, true],
    ['vars.list.exists(l, l == product.language)', { list: ['pt-br'] }, true],
    ['vars.c in [product.currency]', { c: 'eur' }, true],
    // What else reads the variable reads what was sent.
    ['vars.l in product.categories && (product.language == vars.l || true)', { l: 'eng' }, true],
    ['vars.c == "eur" && product.currency == vars.c', { c: 'eur' }, true],
    ['vars.x == product.language || vars.x == vars.country', { x: 'de', country: 'DE' }, true],
    // An empty text and null stand for no code.
    ['product.language == vars.l', { l: '' }, false],
    ['product.language == vars.l', { l: null }, false],
  ])('%s with %j: %j', async (filter, filterVariables, expected) => {
    const prepared = service.prepare({ filter, filterVariables }, 'STOREFRONT');
    const { passes: holds } = await prepared.forCustomer({});
    expect(holds?.(product({ language: 'pt-BR', categories: ['eng'] }))).toBe(expected);
  });

  it.each([
    ['product.language == vars.l', { l: 'German' }, 'l'],
    ['product.currency != vars.c', { c: 'Euro' }, 'c'],
    ['vars.country in vars.list', { country: 'de', list: ['de', 'Austria'] }, 'list'],
    ['product.currency == "EUR" || vars.country == vars.c', { country: 'de', c: 'EU' }, 'c'],
  ])('of variables are refused if they are none: %s with %j', (filter, filterVariables, name) => {
    const error = refusal(filter, filterVariables);
    expect([error?.code, error?.message]).toEqual(['BAD_USER_INPUT', expect.stringContaining(`: ${name} must be a`)]);
  });

  it('of countries are refused if there is no such country', () => {
    for (const country of ['Deutschland', 'XX', 'EU', ' ', 'deu', 49, ['DE'], { code: 'DE' }, true])
      expect([country, refusal(null, { country })?.code]).toEqual([country, 'BAD_USER_INPUT']);
    for (const literal of ['Deutschland', 'XX', 'DEU', ' ', 'd', 'D']) {
      const compared = JSON.stringify(literal);
      for (const filter of [
        `vars.country == ${compared}`,
        `${compared} != vars.country`,
        `product.price > 5.0 && !(vars.country in ["DE", ${compared}])`,
        `["DE", ${compared}].exists(c, c == vars.country)`,
        `["DE", ${compared}].all(c, product.price > 5.0 || c == vars.country)`,
        `vars.country in (product.price > 5.0 ? ["DE"] : [${compared}])`,
        `${compared} in [vars.country]`,
        `["DE"].filter(c, ${compared} == vars.country).size() > 0`,
        `vars.country in ["DE", ${compared}].filter(c, product.price > 5.0)`,
        `vars.country.startsWith(${compared})`,
        `!${compared}.contains(vars.country)`,
        `vars.country >= ${compared}`,
        `product.currency == "EUR" && ["a"].exists(c, vars.country.endsWith(${compared}))`,
      ]) {
        const error = refusal(filter, { country: 'DE' });
        expect([filter, error?.code]).toEqual([filter, 'BAD_USER_INPUT']);
        expect(error!.extensions?.position).toMatchObject({ line: 1, column: filter.indexOf(compared) + 1 });
      }
    }
  });

  it('of different kinds are not compared with one text', () => {
    const error = refusal('["de", "at"].exists(c, c == vars.country || c == product.language)', { country: 'DE' });
    expect([error?.code, error?.message]).toEqual(['BAD_USER_INPUT', expect.stringContaining('different codes')]);
  });

  it('of the currency and the language of a product are read in any form', async () => {
    expect(await passes('product.currency == "eur"')).toBe(true);
    expect(await passes('product.language in ["DE", "pt_br"]', undefined, { language: 'pt-BR' })).toBe(true);
    expect(() => service.prepare({ filter: 'product.currency == "Euro"' }, 'SERVER')).toThrow(ApiError);
    expect(() => service.prepare({ filter: 'product.language != "German"' }, 'SERVER')).toThrow(ApiError);
  });
});

describe('the product conditions of a request', () => {
  it('know every field of a product; an absent one is missing', async () => {
    const fields: [string, Partial<ProductRecord>, string][] = [
      ['id', {}, "product.id == 'p'"],
      ['title', {}, "product.title == 'A product'"],
      ['price', { price: null, currency: null }, 'product.price == 9.99'],
      ['currency', { price: null, currency: null }, "product.currency == 'EUR'"],
      ['availability', {}, "product.availability == 'IN_STOCK'"],
      ['categories', {}, "product.categories == ['a']"],
      ['attributes', {}, "product.attributes.factor == 'x'"],
    ];
    for (const [name, without, filter] of fields) {
      expect([name, await passes(filter)]).toEqual([name, true]);
      if (Object.keys(without).length > 0) expect(await passes(filter, undefined, without)).toBe(false);
    }
    const optional: [keyof ProductRecord, unknown, string][] = [
      ['listPrice', '12.50', 'product.listPrice == 12.5'],
      ['brand', 'b', "product.brand == 'b'"],
      ['groupId', 'g', "product.groupId == 'g'"],
      ['language', 'de', "product.language == 'de'"],
      ['stock', 3, 'product.stock == 3'],
      ['rating', 4.5, 'product.rating == 4.5'],
      ['publishedAt', AT, `product.publishedAt == timestamp('${AT}')`],
    ];
    for (const [name, value, filter] of optional) {
      expect([name, await passes(filter, undefined, { [name]: value })]).toEqual([name, true]);
      expect([name, await passes(filter)]).toEqual([name, false]);
      expect([name, await passes(`has(product.${name})`)]).toEqual([name, false]);
    }
  });

  it('read a customer’s attributes only if they are used', async () => {
    reads.length = 0;
    expect(await passes('product.price < customer.attributes.max', 'c1')).toBe(true);
    expect(await passes('product.price < customer.attributes.max', 'c2')).toBe(false);
    expect(await passes('product.price < customer.attributes.max')).toBe(false);
    expect(await passes("customer.id == 'c1'", 'c1')).toBe(true);
    expect(reads).toEqual(['c1', 'c2']);
  });

  it('read a customer’s segment and predictions only if they are used; an unknown one is missing', async () => {
    reads.length = 0;
    expect(await passes("customer.segment == '3'", 'c1')).toBe(true);
    expect(await passes("customer.segment == '3'", 'c2')).toBe(false);
    expect(await passes("customer.segment == 'NEW'", 'c2')).toBe(true);
    expect(reads).toEqual(['profile of c1', 'profile of c2', 'profile of c2']);
    expect(await passes("customer.segment == 'NEW' || customer.segment != 'NEW'")).toBe(false);
    expect(await passes('has(customer.segment)')).toBe(false);
    for (const [field, value] of [
      ['expectedAmount', 120],
      ['purchaseProbability', 0.8],
      ['churnProbability', 0.1],
    ] as const) {
      expect([field, await passes(`customer.${field} == ${value}`, 'c1')]).toEqual([field, true]);
      expect([field, await passes(`customer.${field} >= 0`, 'c2')]).toEqual([field, false]);
    }
    const reading = (input: { filter?: string; boost?: string }) => service.prepare(input, 'SERVER').readsProfile;
    expect(reading({ boost: "customer['churnProbability'] > 0.5 ? 2.0 : 1.0" })).toBe(true);
    expect(reading({ filter: 'customer.attributes.segment == 3 && has(customer.id)' })).toBe(false);
  });

  it('accept a boost between 0 and a million, 1 if there is none', async () => {
    const boosts = ['2', '-3', '1e30', '0 / 0', 'product.rating', 'product.attributes.factor', 'product.price'];
    const given: unknown[] = [];
    for (const source of boosts) given.push(await boost(source.replace('0 / 0', '0.0 / 0.0')));
    expect(given).toEqual([2, 0, MAX_BOOST, 1, 1, 1, 9.99]);
  });

  it('reject fields that a storefront key may not read, with the position', () => {
    const refusal = (filter: string) => {
      try {
        service.prepare({ filter }, 'STOREFRONT');
      } catch (error) {
        return error instanceof ApiError ? error.extensions : error;
      }
      return undefined;
    };
    expect(refusal('true || product.stock > 5')).toEqual({
      code: 'FORBIDDEN',
      argument: 'filter',
      position: { offset: 8, line: 1, column: 9 },
    });
    expect(refusal("product['stock'] > 5")).toMatchObject({ code: 'FORBIDDEN' });
    expect(refusal('product.categories.exists(c, product.stock > 5)')).toMatchObject({ code: 'FORBIDDEN' });
    expect(refusal('has(customer.attributes.max)')).toMatchObject({ code: 'FORBIDDEN' });
    expect(refusal("'max' in customer.attributes")).toMatchObject({ code: 'FORBIDDEN' });
    expect(refusal("product.price > 1 && customer.segment == '3'")).toEqual({
      code: 'FORBIDDEN',
      argument: 'filter',
      position: { offset: 21, line: 1, column: 22 },
    });
    for (const field of ['expectedAmount', 'purchaseProbability', 'churnProbability'])
      expect(refusal(`customer['${field}'] > 0.5`)).toMatchObject({ code: 'FORBIDDEN' });
    expect(refusal("customer.id == 'c1'")).toBeUndefined();
  });

  it('count lists of one request against one budget', async () => {
    const budget = new Budget(1_000);
    const lists = [
      service.prepare({ filter: 'product.price < 5' }, 'SERVER'),
      service.prepare({ boost: '2' }, 'SERVER'),
    ];
    const [filtered, boosted] = await Promise.all(lists.map((list) => list.forCustomer({}, budget)));
    for (let n = 0; n < 150; n++) filtered.passes?.(product());
    const rest = () => {
      for (let n = 0; n < 1_000; n++) boosted.boost?.(product());
    };
    expect(() => withinBudget(rest)).toThrow(expect.objectContaining({ code: 'TOO_COMPLEX' }) as Error);
    // For any of its fields that read attributes.
    const [request, other] = [{}, {}];
    expect(budgetOf(request)).toBe(budgetOf(request));
    expect(budgetOf(request)).not.toBe(budgetOf(other));
    const alone = await lists[1].forCustomer({});
    expect(() => {
      for (let n = 0; n < 1_000; n++) alone.boost?.(product());
    }).not.toThrow();
  });
});
