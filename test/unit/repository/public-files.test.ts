import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const SRC = path.resolve(__dirname, '../../../src');
const IMPORT = /from '(\.[^']+)'/g;

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.startsWith('generated'),
);
const roomOf = (file: string) => file.split('/')[0];

/** The files that are imported by a file of another room. */
const usedByOtherRooms = new Set(
  files.flatMap((file) =>
    [...readFileSync(path.join(SRC, file), 'utf8').matchAll(IMPORT)]
      .map(([, target]) => `${path.join(path.dirname(file), target)}.ts`)
      .filter((target) => file.includes('/') && roomOf(target) !== roomOf(file)),
  ),
);

/** `[room, file]` of each file that a room's README.md lists under "Used by other rooms". */
const listed = readdirSync(SRC).flatMap((room): [string, string][] => {
  const readme = path.join(SRC, room, 'README.md');
  if (!existsSync(readme)) return [];
  const section = readFileSync(readme, 'utf8').split('## Used by other rooms')[1] ?? '';
  return [...section.matchAll(/^- `([^`]+)`/gm)].map(([, file]) => [room, file]);
});

it('the READMEs of rooms list public files', () => expect(listed.length).toBeGreaterThan(50));

it.each(listed)('%s/%s is used by another room', (room, file) => {
  expect(usedByOtherRooms).toContain(`${room}/${file}`);
});

it('every room has a README', () => {
  const rooms = [...new Set(files.filter((file) => file.includes('/')).map(roomOf))];
  expect(rooms.filter((room) => !existsSync(path.join(SRC, room, 'README.md')))).toEqual([]);
});
