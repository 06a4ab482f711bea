import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Room } from '../../../src/rooms/room';
import { SHOP } from '../../../src/shop';

const ROOT = path.resolve(__dirname, '../../..');
const read = (page: string) => readFileSync(path.join(ROOT, page), 'utf8');
const architecture = read('docs/architecture.md');

/** What the page and the shop say about a room. */
interface RoomRow {
  readonly name: string;
  readonly hasWorker: boolean;
  readonly tables: readonly string[];
  readonly needs: readonly string[];
}

const NONE = '–';
const listOf = (cell: string) => (cell === NONE ? [] : cell.split(', ').map((item) => item.replaceAll('`', '')));

/** Returns the rows of the table whose header begins with "room". */
function rowsOf(page: string): RoomRow[] {
  const table = page.split(/^\| room \|.*\n\|[- |:]*\|\n/m)[1]?.split('\n\n')[0] ?? '';
  return table.split('\n').map((line) => {
    const [name = '', , work = '', tables = '', needs = ''] = line.slice(2, -2).split(' | ');
    return {
      name: name.replace(/^\[(.*)\]\(\.\.\/src\/\1\/README\.md\)$/, '$1'),
      hasWorker: work !== NONE,
      tables: listOf(tables),
      needs: listOf(needs),
    };
  });
}

const rowsOfShop = (rooms: readonly Room[]): Promise<RoomRow[]> =>
  Promise.all(
    rooms.map(async ({ name, worker, tables, needs = {} }) => ({
      name,
      hasWorker: worker !== undefined,
      tables: Object.keys((await tables?.())?.tables ?? {}),
      needs: Object.values(needs).map((need) => need.name),
    })),
  );

/** Returns the paths that a page names and that do not exist. A file without a folder is in the folder named last. */
function missingPaths(page: string): string[] {
  const programs = 'src|workers|cli|test|docs|console|prisma|scripts|client';
  let folder = '';
  return [...page.matchAll(/`([\w./-]+)`/g)].flatMap(([, name]) => {
    if (name === undefined || name.startsWith('.')) return [];
    const isWhole = new RegExp(`^(${programs})/`).test(name);
    if (!isWhole && !/\.tsx?$/.test(name)) return [];
    if (/[A-Z]{4}/.test(name)) {
      if (isWhole) folder = path.dirname(name);
      return [];
    }
    // `room.ts`, `api.ts` and so on are files of any room.
    if (!isWhole && ['ads', 'support'].some((room) => existsSync(path.join(ROOT, 'src', room, name)))) return [];
    const inFolder = isWhole ? name : path.join(folder, name);
    const above = path.join(path.dirname(folder), name);
    const found = [inFolder, ...(isWhole ? [] : [above, path.join('src', name)])].find((each) =>
      existsSync(path.join(ROOT, each)),
    );
    if (found === undefined) return [name];
    folder = /\.\w+$/.test(found) ? path.dirname(found) : found;
    return [];
  });
}

describe('docs/architecture.md', () => {
  it('has a row for each room of the shop, in order', async () => {
    expect(rowsOf(architecture)).toEqual(await rowsOfShop(SHOP));
  });

  it('a missing room, another need or another table is a difference', async () => {
    const shop = await rowsOfShop(SHOP);
    const differs = (from: string | RegExp, to: string) => {
      const changed = architecture.replace(from, to);
      expect(changed).not.toBe(architecture);
      expect(rowsOf(changed)).not.toEqual(shop);
    };
    differs(/^\| \[ads\].*\n/m, '');
    differs(/^(\| \[ads\].*\n)/m, '$1$1');
    differs('`ad_ledger`, ', '');
    differs('`ad_ledger`, ', '`ad_ledger`, `ad_books`, ');
    differs(/(\| \[ads\].*)\|\n/, '$1, streams |\n');
    expect(rowsOf(architecture)).not.toEqual(await rowsOfShop(SHOP.slice(1)));
  });

  it('names each folder of src/ once', () => {
    const folders = readdirSync(path.join(ROOT, 'src'), { withFileTypes: true }).filter((each) => each.isDirectory());
    const named = [...architecture.matchAll(/\]\(\.\.\/src\/([^/]+)\/README\.md\)/g)].map(([, folder]) => folder);
    expect(named.sort()).toEqual(folders.flatMap(({ name }) => (name === 'generated' ? [] : name)).sort());
  });

  it('names each extension point', () => {
    const points = SHOP.flatMap(({ name }) =>
      [...read(`src/${name}/room.ts`).matchAll(/extensionPoint<.*>\('(\w+)'\)/g)].map(([, point]) => point),
    );
    expect(points.length).toBeGreaterThan(5);
    expect(points.filter((point) => !architecture.includes(`\`${point}\``))).toEqual([]);
  });
});

it.each(['docs/architecture.md', 'docs/life-of-an-event.md', 'docs/where-does-it-go.md'])(
  'files that %s names exist',
  (page) => expect(missingPaths(read(page))).toEqual([]),
);

it('finds missing files', () => {
  const page = '`src/events/ingest.ts`, `sweep.ts`, `nowhere.ts`, `src/nowhere/`, `src/NAME.ts`, `cli/nowhere.ts`';
  expect(missingPaths(page)).toEqual(['nowhere.ts', 'src/nowhere/', 'cli/nowhere.ts']);
});

it.each(['docs/life-of-an-event.md', 'docs/where-does-it-go.md'])('%s is short', (page) => {
  expect(read(page).split(/\s+/).length).toBeLessThanOrEqual(900);
});
