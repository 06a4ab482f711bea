import { readFileSync } from 'node:fs';
import path from 'node:path';

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** `npm ci` rejects a lock file that lacks a package, also one of another platform. */
it('package-lock.json names every package that one in it requires, of all platforms, with its checksum', () => {
  const text = readFileSync(path.resolve(__dirname, '../../../package-lock.json'), 'utf8');
  const { packages } = JSON.parse(text) as { packages: Readonly<Record<string, Locked>> };
  const isFound = (from: string, name: string) => {
    const parts = from === '' ? [] : from.split('/node_modules/').map((_, at, all) => all.slice(0, all.length - at));
    const folders = [...parts.map((folders) => `${folders.join('/node_modules/')}/`), ''];
    return folders.some((folder) => Object.hasOwn(packages, `${folder}node_modules/${name}`));
  };
  const asked = Object.entries(packages).flatMap(([place, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies }).map((name) => ({ place, name })),
  );
  expect(asked.length).toBeGreaterThan(1_000);
  expect(asked.filter(({ place, name }) => !isFound(place, name))).toEqual([]);
  const unchecked = Object.entries(packages).filter(
    ([place, { integrity }]) => place !== '' && integrity === undefined,
  );
  expect(unchecked).toEqual([]);
});
