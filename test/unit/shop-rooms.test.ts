import { tablesOfRooms } from '../../src/erasure/inventory';
import { kindsOf, modelOf } from '../../src/models/fitter';
import { SHOP } from '../../src/shop';

it('each room has the name of its folder, once', () => {
  const names = SHOP.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

it('a room stands after the rooms that it needs', () => {
  for (const [at, { needs = {} }] of SHOP.entries())
    for (const need of Object.values(needs)) expect(SHOP.slice(0, at)).toContain(need);
});

it('models of profiles are fitted first, and each kind has a fitter', async () => {
  const kinds = kindsOf(SHOP);
  expect(new Set(kinds).size).toBe(kinds.length);
  expect(kinds.slice(0, 2)).toEqual(['segments', 'value']);
  for (const kind of kinds) expect((await modelOf(SHOP, kind).fitter()).format).not.toBe('');
});

it('a table, an artefact and a part of the backlog belong to one room', async () => {
  const backlogs = await Promise.all(SHOP.map(async (room) => (await room.backlog?.())?.backlog));
  for (const keyed of [await tablesOfRooms(SHOP), SHOP.map(({ artefacts }) => artefacts), backlogs]) {
    const names = keyed.flatMap((each) => Object.keys(each ?? {}));
    expect(names.length).toBeGreaterThan(5);
    expect(new Set(names).size).toBe(names.length);
  }
});

it('what rooms are asked for is there', async () => {
  for (const { checks, gauges, recounts } of SHOP) {
    if (checks !== undefined) expect((await checks()).checks).toBeInstanceOf(Function);
    if (gauges !== undefined) expect((await gauges()).gauges().length).toBeGreaterThan(0);
    if (recounts !== undefined) expect(await recounts.load()).toBeInstanceOf(Function);
  }
});
