import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { artefactsOf, tablesOf } from '../../../src/erasure/inventory';
import { kindsOf } from '../../../src/models/fitter';
import { SHOP } from '../../../src/shop';

const SOURCES = path.resolve(__dirname, '../../../src');

it('data is removed afterwards, or with another table, only where an erasure does so', async () => {
  const removals = Object.entries(await tablesOf(SHOP)).flatMap(([name, { erase }]) =>
    typeof erase === 'string' && erase !== 'not personal' ? [[name, erase]] : [],
  );
  const afterwards = removals.filter(([, erase]) => erase === 'afterwards').map(([name]) => name);
  expect(afterwards.sort()).toEqual(['erasures', 'inbox', 'rejected_events']);
  const owners = new Set(removals.flatMap(([, erase]) => (erase === 'afterwards' ? [] : [erase])));
  const things = ['alert', 'artefact', 'conversation', 'customer', 'order', 'search', 'visit', 'windows'];
  expect([...owners].sort()).toEqual(things.map((thing) => `with its ${thing}`));
});

it('the inventory of artefacts has a line for every kind', () => {
  const constants = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('generated'))
    .flatMap((file) => [...readFileSync(path.join(SOURCES, file), 'utf8').matchAll(/_ARTEFACT = '([^']+)'/g)])
    .map(([, kind]) => kind);
  expect(constants.length).toBeGreaterThan(3);
  expect(Object.keys(artefactsOf(SHOP)).sort()).toEqual([...kindsOf(SHOP), ...constants].sort());
});
