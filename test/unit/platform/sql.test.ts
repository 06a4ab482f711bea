import { execute, queryFirst, queryOne, queryRows } from '../../../src/platform/sql';

/** A client whose every statement returns these rows. */
const clientOf = (rows: object[], rowCount: number | null = rows.length) => ({
  query: jest.fn().mockResolvedValue({ rows, rowCount }),
});

it('passes the statement and its values to the client, once', async () => {
  const client = clientOf([{ id: 'a' }]);
  expect(await queryRows<{ id: string }>(client, 'SELECT id FROM products WHERE id = $1', ['a'])).toEqual([
    { id: 'a' },
  ]);
  expect(client.query.mock.calls).toEqual([['SELECT id FROM products WHERE id = $1', ['a']]]);
  const named = { name: 'now', text: 'SELECT now()' };
  await queryRows<{ now: Date }>(client, named);
  expect(client.query.mock.calls[1]).toEqual([named, undefined]);
});

it('returns the first row, or undefined if there is none', async () => {
  expect(await queryFirst<{ id: string }>(clientOf([{ id: 'a' }, { id: 'b' }]), '')).toEqual({ id: 'a' });
  expect(await queryFirst<{ id: string }>(clientOf([]), '')).toBeUndefined();
});

it('refuses a statement without a row where one is certain', async () => {
  expect(await queryOne<{ count: number }>(clientOf([{ count: 0 }]), '')).toEqual({ count: 0 });
  await expect(queryOne<{ count: number }>(clientOf([]), '')).rejects.toThrow('returned no row');
});

it('returns the number of affected rows, and 0 for statements without one', async () => {
  expect(await execute(clientOf([], 3), '')).toBe(3);
  expect(await execute(clientOf([], null), '')).toBe(0);
});
