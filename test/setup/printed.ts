import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What the running test has printed so far. */
export interface Printed {
  output: string;
  errors: string;
}

/** Captures what each test of a `describe` prints. */
export function printedByTests(): Printed {
  const printed = { output: '', errors: '' };
  beforeEach(() => {
    Object.assign(printed, { output: '', errors: '' });
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((printed.output += String(text)), true));
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((printed.errors += String(text)), true));
  });
  afterEach(() => jest.restoreAllMocks());
  return printed;
}

/** Creates a folder that is deleted after the tests of a `describe`. */
export function folderOfTests(name: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), `${name}-`));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}
