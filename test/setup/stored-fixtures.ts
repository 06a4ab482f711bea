/** Committed fixtures of stored and sent data: see test/fixtures/stored/README.md. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const FOLDER = path.resolve(__dirname, '../fixtures/stored');
/** The length of base64 lines, so that a diff shows where bytes changed. */
const LINE_LENGTH = 100;

/** `WRITE_FIXTURES=1` replaces the committed fixtures with the output of the current code. */
const isWriting = process.env.WRITE_FIXTURES === '1';

type Entries = Record<string, unknown>;

export interface StoredFixtures {
  /** Fails unless the entry is equal to the committed one. */
  check(name: string, value: unknown): void;
  /** The same check for bytes. */
  checkBytes(name: string, bytes: Uint8Array): void;
  /** Returns the committed bytes. */
  bytes(name: string): Uint8Array;
  /** Returns the committed entry. */
  json<T>(name: string): T;
}

/**
 * Returns the fixtures of one file. Call it once in a `describe` or at the top of a test file, before its tests. A test
 * at the end of the file fails for committed entries that no test has read.
 */
export function storedFixtures(area: string): StoredFixtures {
  if (isWriting && process.env.CI)
    throw new Error('WRITE_FIXTURES is for developers: CI compares with what is committed.');
  const file = path.join(FOLDER, `${area}.json`);
  const committed: Entries = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Entries) : {};
  const entries: Entries = isWriting ? {} : committed;
  const used = new Set<string>();

  afterAll(() => {
    if (isWriting) writeFileSync(file, `${JSON.stringify(entries, null, 2)}\n`);
  });

  const of = (name: string): unknown => {
    used.add(name);
    if (!(name in entries)) throw new Error(`${file} has no entry ${name}: see the README in its folder.`);
    return entries[name];
  };
  const check = (name: string, value: unknown): void => {
    // As JSON stores it: without undefined values.
    const stored = JSON.parse(JSON.stringify(value)) as unknown;
    if (isWriting) entries[name] = stored;
    expect({ [name]: stored }).toEqual({ [name]: of(name) });
  };
  const decode = (lines: unknown): Uint8Array => new Uint8Array(Buffer.from((lines as string[]).join(''), 'base64'));
  return {
    check,
    checkBytes: (name, bytes) => check(name, linesOf(bytes)),
    bytes: (name) => decode(of(name)),
    json: <T>(name: string) => of(name) as T,
    ...{ used, names: () => Object.keys(entries) },
  };
}

/** Adds a test that must be the last one in the file: it checks that a test has read every committed entry. */
export function everyFixtureIsRead(fixtures: StoredFixtures): void {
  const { used, names } = fixtures as StoredFixtures & { used: Set<string>; names: () => string[] };
  it('every committed fixture is read', () => expect([...used].sort()).toEqual(names().sort()));
}

const linesOf = (bytes: Uint8Array): string[] =>
  Buffer.from(bytes)
    .toString('base64')
    .match(new RegExp(`.{1,${LINE_LENGTH}}`, 'g')) ?? [];
