import { buildSchema, parse, validate } from 'graphql';
import { refuseRepeatedFields } from '../../../../src/graphql/limits/repeated-fields';

const schema = buildSchema('type Query { item(id: ID): Item } type Item { id: ID  other: Item }');
const many = (count: number, text: (n: number) => string) => Array.from({ length: count }, (_, n) => text(n)).join(' ');
const codeOf = (source: string) => refuseRepeatedFields(parse(source))?.code;

describe('a document', () => {
  it.each([
    ['fields', `{ item { ${many(980, () => 'id')} } }`],
    ['fields with fields', `{ ${many(150, () => 'item { id }')} }`],
    ['fields of repeated fields', `{ ${many(20, () => `item { other { ${many(20, () => 'id')} } }`)} }`],
    ['inline fragments', `{ item { ${many(150, () => '... on Item { id }')} } }`],
    [
      'fragments',
      `{ item { ${many(150, (n) => `...F${n}`)} } } ${many(150, (n) => `fragment F${n} on Item { other { id } }`)}`,
    ],
    ['an unused fragment', `{ item { id } } fragment F on Item { ${many(500, () => 'id')} }`],
    [
      'uses of fragments',
      `{ ${many(20, () => `item { ${many(35, (n) => `...F${n}`)} }`)} } ${many(35, (n) => `fragment F${n} on Item { f${n}: id }`)}`,
    ],
    [
      'fragments that use two others each',
      `{ item { ...F0 } } ${many(40, (n) => `fragment F${n} on Item { a: other { ...F${n + 1} } b: other { ...F${n + 1} } }`)} fragment F40 on Item { id }`,
    ],
  ])('is refused if it repeats %s too often', (_, source) => {
    expect(codeOf(source)).toBe('TOO_COMPLEX');
  });

  it('may have the same fields in many fragments, in many places', () => {
    const fragments = (count: number) => many(count, (n) => `fragment F${n} on Item { id other { id } }`);
    const spreads = (count: number) => many(count, (n) => `...F${n}`);
    const one = `{ item { ${spreads(45)} } } ${fragments(45)}`;
    const rails = `{ ${many(20, (n) => `a${n}: item { ${spreads(6)} }`)} } ${fragments(6)}`;
    for (const source of [one, rails]) {
      expect(codeOf(source)).toBeUndefined();
      expect(validate(schema, parse(source))).toEqual([]);
    }
  });

  it('is left to the validation if a fragment contains itself', () => {
    const source = '{ item { ...F } } fragment F on Item { id other { ...F } }';
    expect(codeOf(source)).toBeUndefined();
    expect(validate(schema, parse(source)).map(({ message }) => message)).toEqual([
      expect.stringContaining('Cannot spread fragment "F" within itself'),
    ]);
  });
});
