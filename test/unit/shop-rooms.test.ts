import { MODEL_KINDS } from '../../src/models/model-kind';
import { fitterOf, fittersOf } from '../../src/models/fitter';
import { SHOP } from '../../src/shop';

it('each room has the name of its folder, once', () => {
  const names = SHOP.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

it('a room stands after the rooms that it needs', () => {
  for (const [at, { needs = {} }] of SHOP.entries())
    for (const need of Object.values(needs)) expect(SHOP.slice(0, at)).toContain(need);
});

it('the rooms fit each kind of model, and those of profiles first', async () => {
  const kinds = (await fittersOf(SHOP)).map(({ kind }) => kind);
  expect([...kinds].sort()).toEqual([...MODEL_KINDS].sort());
  expect(kinds.slice(0, 2)).toEqual(['segments', 'value']);
  for (const kind of kinds) expect((await fitterOf(SHOP, kind)).kind).toBe(kind);
});
