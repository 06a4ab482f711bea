import { getIntrospectionQuery, getOperationAST, parse } from 'graphql';
import { measureOperation } from '../../../../src/graphql/limits/operation-size';

function measure(source: string): ReturnType<typeof measureOperation> {
  const document = parse(source);
  return measureOperation(document, getOperationAST(document, null)!);
}

describe('the measure of an operation', () => {
  it('counts nesting, fields, root fields and aliases', () => {
    expect(measure('{ a { b { c } } x: d }')).toEqual({
      depth: 3,
      introspectionDepth: 0,
      fields: 4,
      rootFields: 2,
      aliases: 1,
    });
  });

  it('expands fragments where they are spread', () => {
    const source = '{ a { ...F } b { ... on B { ...F } } } fragment F on A { c { d: e } }';
    expect(measure(source)).toMatchObject({ depth: 3, fields: 6, rootFields: 2, aliases: 2 });
  });

  it('is computed in linear time for fragments that double each other', () => {
    const doubled = Array.from(
      { length: 60 },
      (_, i) => `fragment F${i} on A { a { ...F${i + 1} } b { ...F${i + 1} } }`,
    );
    const source = `{ ...F0 } ${doubled.join(' ')} fragment F60 on A { a }`;
    expect(measure(source).fields).toBeGreaterThan(2 ** 60);
    expect(measure(source).depth).toBe(61);
  });

  it('ends on fragments that spread themselves', () => {
    expect(measure('{ ...F } fragment F on A { a { ...G } } fragment G on A { b { ...F } }').depth).toBe(2);
  });

  it('measures introspection separately', () => {
    const { depth, introspectionDepth } = measure(getIntrospectionQuery());
    expect(depth).toBe(1);
    expect(introspectionDepth).toBeGreaterThan(10);
    expect(introspectionDepth).toBeLessThanOrEqual(20);
  });
});
