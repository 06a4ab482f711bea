import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { artefactsOf } from '../../../src/erasure/inventory';
import { kindsOf } from '../../../src/models/fitter';
import { SHOP } from '../../../src/shop';

const SOURCES = path.resolve(__dirname, '../../../src');

it('the inventory of artefacts has a line for every kind', () => {
  const constants = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('generated'))
    .flatMap((file) => [...readFileSync(path.join(SOURCES, file), 'utf8').matchAll(/_ARTEFACT = '([^']+)'/g)])
    .map(([, kind]) => kind);
  expect(constants.length).toBeGreaterThan(3);
  expect(Object.keys(artefactsOf(SHOP)).sort()).toEqual([...kindsOf(SHOP), ...constants].sort());
});
