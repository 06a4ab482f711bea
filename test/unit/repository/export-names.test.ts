import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../../..');
const EXPORT =
  /^export (?:abstract |async |declare )?(?:const enum|const|let|function\*?|class|interface|type|enum) +(\w+)/gm;

/** What the files of each room export under the same names. */
const OF_EACH_ROOM: Readonly<Record<string, readonly string[]>> = {
  'room.ts': ['needs'],
  'api.ts': ['resolvers', 'api'],
  'worker.ts': ['worker'],
  'tables.ts': ['tables'],
  'checks.ts': ['checks'],
  'backlog.ts': ['backlog'],
  'gauges.ts': ['gauges'],
};

function sourceFiles(): string[] {
  return ['src', 'workers', 'cli'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.startsWith('generated'))
      .map((file) => path.join(folder, file)),
  );
}

it('an exported name is declared in one file only, so that a search finds what it means', () => {
  const filesOf = new Map<string, Set<string>>();
  for (const file of sourceFiles())
    for (const [, name] of readFileSync(path.join(ROOT, file), 'utf8').matchAll(EXPORT))
      if (OF_EACH_ROOM[path.basename(file)]?.includes(name) !== true)
        filesOf.set(name, (filesOf.get(name) ?? new Set()).add(file));
  expect(filesOf.size).toBeGreaterThan(1_000);
  const collisions = [...filesOf].filter(([, files]) => files.size > 1);
  expect(collisions.map(([name, files]) => `${name}: ${[...files].join(', ')}`)).toEqual([]);
});
