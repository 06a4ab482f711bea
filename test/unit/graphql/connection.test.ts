import { checkFirst, decodeCursor, encodeCursor, pageOf } from '../../../src/graphql/connection';

const badInput = expect.objectContaining({ code: 'BAD_USER_INPUT' });

describe('cursors', () => {
  it('come back as they were given, to their own kind of list', () => {
    const cursor = encodeCursor('products', ['ü/1', 7]);
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(decodeCursor('products', cursor)).toEqual(['ü/1', 7]);
    expect(() => decodeCursor('orders', cursor)).toThrow(badInput);
  });

  it.each(['', 'x', '!!', 'bnVsbA', 'e30', 'A'.repeat(10_000)])('that are not ours are refused: %#', (cursor) => {
    expect(() => decodeCursor('products', cursor)).toThrow(badInput);
  });
});

describe('pages', () => {
  it('are bounded', () => {
    expect([0, 1, 100].map((first) => checkFirst(first))).toEqual([0, 1, 100]);
    for (const first of [-1, 101, 1.5, NaN]) expect(() => checkFirst(first)).toThrow(badInput);
  });

  it('say whether there is a next one', () => {
    const page = pageOf(['a', 'b', 'c'], 2, true, (node) => node.toUpperCase());
    expect(page.nodes).toEqual(['a', 'b']);
    expect(page.edges[1]).toEqual({ cursor: 'B', node: 'b' });
    expect(page.pageInfo).toEqual({ hasNextPage: true, hasPreviousPage: true, startCursor: 'A', endCursor: 'B' });
    expect(pageOf([], 2, false, String).pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: false,
      startCursor: null,
      endCursor: null,
    });
  });
});
