import { checkFirst, decodeCursor, encodeCursor, pageOf, timeCursor } from '../../../src/graphql/connection';
import { isUuid } from '../../../src/platform/uuid';

const badInput = expect.objectContaining({ code: 'BAD_USER_INPUT' });

describe('cursors', () => {
  it('are decoded unchanged, by their own kind of list', () => {
    const cursor = encodeCursor('products', ['ü/1', 7]);
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(decodeCursor('products', cursor)).toEqual(['ü/1', 7]);
    expect(() => decodeCursor('orders', cursor)).toThrow(badInput);
  });

  it('of lists in order of time hold valid times and storable texts', () => {
    const cursor = (...value: unknown[]) => timeCursor('orders', encodeCursor('orders', value));
    expect(timeCursor('orders', null)).toBeUndefined();
    expect(cursor(86_400_000, 'a')).toEqual({ time: new Date('1970-01-02'), texts: ['a'] });
    for (const wrong of [[0], [0, 'a', 'b'], ['0', 'a'], [0.5, 'a'], [9e15, 'a'], [-8e15, 'a'], [0, 7], [0, '\0']])
      expect(() => cursor(...wrong)).toThrow(badInput);
    expect(() => timeCursor('keys', encodeCursor('keys', [0, 'a']), 1, isUuid)).toThrow(badInput);
  });

  it.each(['', 'x', '!!', 'bnVsbA', 'e30', 'A'.repeat(10_000)])('of other origin are refused: %#', (cursor) => {
    expect(() => decodeCursor('products', cursor)).toThrow(badInput);
  });
});

describe('pages', () => {
  it('have limits', () => {
    expect([0, 1, 100].map((first) => checkFirst(first))).toEqual([0, 1, 100]);
    for (const first of [-1, 101, 1.5, NaN]) expect(() => checkFirst(first)).toThrow(badInput);
  });

  it('report whether there is a next one', () => {
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
