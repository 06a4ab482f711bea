import { getOperationAST, parse, validate } from 'graphql';
import { type CostRow, falsePrices } from '../../../bench/cost-row';
import { type Operation, SAMPLES } from '../../../bench/cost-samples';
import type { CostShop, CustomerVisit } from '../../../bench/cost-shop';
import { storefrontFields } from '../../../bench/storefront-fields';
import { DEFAULT_LIMITS } from '../../../src/graphql/limits/limits';
import { costOf } from '../../../src/graphql/limits/operation-cost';
import { SCHEMA } from '../../setup/schema';

const ANSWER = '{"answer":{"id":"c:2"},"actions":[{"id":"a"}]}';
const SHOP = {
  product: () => 'p1',
  products: (count: number) => Array.from({ length: count }, (_, n) => `p${n}`),
  words: () => 'garden chair',
  startConversation: () => Promise.resolve('c'),
  placeOrder: () => Promise.resolve('o1'),
  ask: () => Promise.resolve(ANSWER),
} as unknown as CostShop;
const VISIT: CustomerVisit = { address: '198.51.100.1', authorization: '', orderId: 'o', shipmentId: 's' };

describe('the samples of `bench costs`', () => {
  it('are of all queries and mutations that a storefront key may use', () => {
    expect(Object.keys(SAMPLES).sort()).toEqual(storefrontFields(SCHEMA).sort());
  });

  it.each(Object.entries(SAMPLES))(
    'of %s are valid operations with this field that are not too costly',
    async (name, samples) => {
      for (const sample of samples) {
        const { query, variables = {} }: Operation = await sample.operation(SHOP, 1, VISIT);
        const document = parse(query);
        expect([sample.name, validate(SCHEMA, document)]).toEqual([sample.name, []]);
        const operation = getOperationAST(document)!;
        const fields = operation.selectionSet.selections.map((field) => 'name' in field && field.name.value);
        expect([sample.name, fields]).toEqual([sample.name, [name.split('.')[1]]]);
        const cost = costOf(SCHEMA, document, operation, variables);
        expect([sample.name, cost]).toEqual([sample.name, expect.any(Number)]);
        expect(cost).toBeLessThanOrEqual(DEFAULT_LIMITS.maxCost);
      }
    },
  );
});

describe('the prices that `bench costs` calls false', () => {
  const row = (sample: string, declaredRatio: number, chargedRatio: number, refused?: string): CostRow => ({
    ...{ field: 'Query.ads', sample, declaredRatio, chargedRatio, refused },
    ...{ declared: 1, charged: 1, cpuMs: 1, gcMs: 0, stepMs: 1 },
  });

  it('are those outside a factor of two, the worst first; a refused operation has none', () => {
    const rows = [
      row('dear', 0.4, 0.4),
      row('true', 1.9, 1.9),
      row('half', 0.5, 0.5),
      row('given back', 0.01, 1),
      row('cheap', 5, 9),
      row('declared too low', 6, 1),
      row('none', Infinity, Infinity, 'FORBIDDEN'),
    ];
    expect(falsePrices(rows).map(({ sample }) => sample)).toEqual(['cheap', 'declared too low', 'dear']);
  });
});
