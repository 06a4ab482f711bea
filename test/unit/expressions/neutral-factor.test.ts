import { Budget } from '../../../src/expressions/budget';
import { checkExpression } from '../../../src/expressions/check';
import { compile } from '../../../src/expressions/compile';
import { isNeutralFactor } from '../../../src/expressions/neutral-factor';
import { randomItem } from '../../../src/learn/random-draws';
import { seededRandom } from '../../../src/learn/seeded-random';
import { type Item, SHAPE, shapesOf } from './test-shape';

const isNeutral = (source: string, attributes: Item = {}) => {
  const checked = checkExpression(source, SHAPE, shapesOf({}), 'double');
  return isNeutralFactor(checked, SHAPE, { customer: { attributes }, vars: {} }, new Budget());
};

it.each([
  ['1.0', true],
  ['2.0', false],
  ['product.price', false],
  ["customer.attributes.tier == 'gold' ? 2.0 : 1.0", true],
  ["customer.attributes.tier == 'silver' ? 2.0 : 1.0", false],
  ["customer.attributes.tier == 'gold' && 'new' in product.categories ? 2.0 : 1.0", true],
  ["'new' in product.categories && customer.attributes.tier == 'gold' ? product.price : 1.0", true],
  ["customer.attributes.tier == 'silver' && 'new' in product.categories ? 2.0 : 1.0", false],
  ["customer.attributes.unknown == 'x' && 'new' in product.categories ? 2.0 : 1.0", true],
  ["customer.attributes.tier == 'gold' || 'new' in product.categories ? 2.0 : 1.0", false],
  ["(customer.attributes.tier == 'gold' ? 2.0 : 1.0) * ('new' in product.categories ? 1.0 : 1.0)", true],
  ["(customer.attributes.tier == 'gold' ? 2.0 : 1.0) * product.price", false],
])('%s is neutral for a customer with the tier silver: %s', (source, expected) => {
  expect(isNeutral(source, { tier: 'silver' })).toBe(expected);
});

it('a neutral factor is 1 or missing for every record', () => {
  const random = seededRandom(3);
  const condition = (depth: number): string =>
    depth > 0 && random() < 0.6
      ? `(${condition(depth - 1)} ${randomItem(['&&', '||'], random)} ${condition(depth - 1)})`
      : randomItem(
          [
            "customer.attributes.tier == 'gold'",
            "customer.attributes.tier == 'silver'",
            "customer.attributes.unknown == 'x'",
            "product.brand == 'a'",
            'product.isNew',
          ],
          random,
        );
  const factor = (depth: number): string => {
    if (depth === 0 || random() < 0.2) return randomItem(['1.0', '1.0', '2.0', 'product.price'], random);
    if (random() < 0.3) return `(${factor(depth - 1)} * ${factor(depth - 1)})`;
    return `(${condition(2)} ? ${factor(depth - 1)} : ${factor(depth - 1)})`;
  };
  const records: Item[] = [undefined, 'a', 'b'].flatMap((brand) =>
    [undefined, true, false].flatMap((isNew) => [undefined, 1, 3].map((price) => ({ brand, isNew, price }))),
  );
  let neutral = 0;
  for (let round = 0; round < 2_000; round++) {
    const source = factor(3);
    const attributes = randomItem([{}, { tier: 'gold' }, { tier: 'silver' }], random);
    if (!isNeutral(source, attributes)) continue;
    neutral++;
    const constants = { customer: { attributes }, vars: {} };
    const run = compile(checkExpression(source, SHAPE, shapesOf({}), 'double'), SHAPE, constants, new Budget());
    for (const record of records) expect([1, undefined]).toContain(run(record));
  }
  expect(neutral).toBeGreaterThan(100);
});
