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
const service = new ProductConditionsService((id) => {
  reads.push(id);
  return Promise.resolve(id === 'c1' ? { max: 10 } : undefined);
});
const passes = async (filter: string, customerId?: string, more: Partial<ProductRecord> = {}) =>
  (await service.prepare({ filter }, 'SERVER').forCustomer({ customerId })).passes?.(product(more));
const boost = async (source: string, more: Partial<ProductRecord> = {}) =>
  (await service.prepare({ boost: source }, 'SERVER').forCustomer({})).boost?.(product(more));

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
