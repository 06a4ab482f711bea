import type { RequestError } from '../../../client/src/request-error';
import fc from 'fast-check';
import { cartProducts, lastProductOf } from '../../../console/src/lab/cart';
import { groupFigures } from '../../../console/src/models/compared-figures';
import { faultsAt, faultsElsewhere } from '../../../console/src/streams/faults-at';
import { computeMoves } from '../../../console/src/ui/moves';
import { percentages } from '../../../console/src/ui/percentages';
import { withPage } from '../../../console/src/ui/with-page';

it('shows shares as whole percentages that add up to 100, each within one of its value', () => {
  const shares = fc
    .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 })
    .filter((parts) => parts.some((part) => part > 1e-6));
  fc.assert(
    fc.property(shares, (parts) => {
      const total = parts.reduce((sum, part) => sum + part, 0);
      const shown = percentages(parts);
      expect(shown.reduce((sum, part) => sum + part, 0)).toBe(100);
      shown.forEach((part, index) => expect(Math.abs(part - (100 * parts[index]) / total)).toBeLessThan(1));
    }),
  );
  expect(percentages([0, 0])).toEqual([0, 0]);
});

it('reports moves, so that the previous list and the moves give the current list', () => {
  const list = fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { maxLength: 6 });
  fc.assert(
    fc.property(list, list, (before, now) => {
      const moves = computeMoves(before, now);
      now.forEach((id, index) => {
        const move = moves.get(id);
        if (move === 'new') expect(before).not.toContain(id);
        else expect(before[index + (move ?? 0)]).toBe(id);
      });
      expect([...moves.keys()].every((id) => now.includes(id))).toBe(true);
    }),
  );
  expect(computeMoves(undefined, ['a']).size).toBe(0);
});

it('computes the cart from the newest event of each product', () => {
  const event = (type: string, productId: string | null) => ({ type, productId });
  const history = [
    event('SEARCH', null),
    event('ADD_TO_CART', 'pen'),
    event('PURCHASE', 'ink'),
    event('VIEW', 'lamp'),
    event('ADD_TO_CART', 'ink'),
    event('ADD_TO_CART', 'lamp'),
    event('REMOVE_FROM_CART', 'pen'),
  ];
  expect(cartProducts(history)).toEqual(['pen', 'lamp']);
  expect(cartProducts(history, 1)).toEqual(['pen']);
  expect(lastProductOf(history)).toBe('pen');
  expect(lastProductOf([])).toBeUndefined();
});

it('compares a figure with its rivals’, by the longest name that it continues', () => {
  expect(
    groupFigures({
      'NDCG@10 basket': 0.5,
      'NDCG@10 basket popularity': 0.2,
      'NDCG@10 basket, customer known': 0.6,
      'NDCG@10 basket, customer known popularity': 0.3,
      coverage: 1,
    }),
  ).toEqual({
    compared: [
      { name: 'NDCG@10 basket', value: 0.5, rivals: [['popularity', 0.2]] },
      { name: 'NDCG@10 basket, customer known', value: 0.6, rivals: [['popularity', 0.3]] },
    ],
    others: [['coverage', 1]],
  });
});

it('shows each fault once: at its position, or else at the end', () => {
  const places = ['id', 'keys', 'window'];
  const faults = ['id', 'stream.keys[1].name', 'window.size', 'identity', 'backfill', null].map((path) => ({
    code: 'BAD_USER_INPUT',
    message: 'no',
    path,
  }));
  expect(faultsAt(faults, 'keys[1]').map(({ path }) => path)).toEqual(['stream.keys[1].name']);
  expect(faultsAt(faults, 'keys[0]')).toEqual([]);
  const shown = places.flatMap((place) => faultsAt(faults, place));
  expect(new Set([...shown, ...faultsElsewhere(faults, places)]).size).toBe(faults.length);
  expect(faultsElsewhere(faults, places).map(({ path }) => path)).toEqual(['identity', 'backfill', null]);
});

it('keeps a page of a list if only a field of its items has failed', () => {
  const error = { code: 'UNAVAILABLE' } as RequestError;
  expect(withPage(['a'], { nodes: ['b', 'c'] }, undefined)).toEqual(['a', 'b', 'c']);
  expect(withPage(['a'], { nodes: ['b', 'c'] }, error)).toEqual(['a', 'b', 'c']);
  expect(withPage(['a'], { nodes: [] }, error)).toBeUndefined();
  expect(withPage(['a'], { nodes: [] }, undefined)).toEqual(['a']);
});
