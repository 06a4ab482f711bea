import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { PROGRAMS, programFile } from '../../../src/platform/program-file';

const WORKERS = path.resolve(__dirname, '../../../workers');

it('each thread and process in workers/ is listed, and no other', () => {
  const programs = readdirSync(WORKERS)
    .filter((file) => /[.](thread|process)[.]ts$/.test(file))
    .map((file) => path.basename(file, '.ts'));
  expect([...PROGRAMS].sort()).toEqual(programs.sort());
});

it.each(PROGRAMS)('the built file of %s is in dist/workers', (program) => {
  expect(programFile(program)).toBe(path.resolve(WORKERS, '../dist/workers', `${program}.js`));
  expect(existsSync(programFile(program))).toBe(true);
});
