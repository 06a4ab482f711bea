import { differingFacts } from '../../../shop/src/compare/differing-facts';
import { productsToCompare } from '../../../shop/src/compare/products-to-compare';

const product = (id: string, ...categories: string[]) => ({ id, categories });
const facts = (attributes: Record<string, unknown>, brand: string | null = 'Oak', rating: number | null = 4) => ({
  brand,
  rating,
  availability: 'IN_STOCK',
  attributes,
});

it('a product is compared with the newest viewed ones of its most specific category, at most three', () => {
  const mug = product('mug', 'Kitchen', 'Kitchen > Mugs');
  const others = ['a', 'b', 'c', 'd'].map((id) => product(id, 'Kitchen', 'Kitchen > Mugs'));
  const viewed = [product('pan', 'Kitchen', 'Kitchen > Pans'), mug, ...others];
  expect(productsToCompare(mug, viewed).map(({ id }) => id)).toEqual(['mug', 'a', 'b', 'c']);
  expect(productsToCompare(product('x'), [product('y'), ...viewed])).toEqual([product('x')]);
});

it('only facts that differ are compared, with a text for each product', () => {
  const products = [
    facts({ size: 'M', synthetic: true, colours: ['red', 'blue'], nested: { a: 1 } }),
    facts({ size: 'L', synthetic: true, nested: { a: 2 } }, 'Elm', null),
  ];
  expect(differingFacts(products, (text) => text)).toEqual([
    { title: 'Brand', texts: ['Oak', 'Elm'] },
    { title: 'Rating', texts: ['4 of 5', ''] },
    { title: 'Colours', texts: ['red, blue', ''] },
    { title: 'Size', texts: ['M', 'L'] },
  ]);
  expect(differingFacts([products[0], products[0]], (text) => text)).toEqual([]);
});
