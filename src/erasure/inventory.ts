import { retireArtefacts } from '../platform/artefacts';
import type { Room } from '../rooms/room';
import { COMPUTED, eraseByPositions, impersonal, type Tables } from '../rooms/tables';

/**
 * The inventory of personal data and of what a storefront key can make grow: every table of the shop, as the rooms say it,
 * in the order of the rooms. Tests fail if a table is missing.
 */
export async function tablesOfRooms(rooms: readonly Room[]): Promise<readonly Tables[]> {
  const tables = await Promise.all(rooms.map(async (room) => (await room.tables?.())?.tables ?? {}));
  return [...tables, platformTables(rooms)];
}

/** Returns the inventory as one table of tables. */
export async function tablesOf(rooms: readonly Room[]): Promise<Tables> {
  return Object.assign({}, ...(await tablesOfRooms(rooms))) as Tables;
}

/** Returns what the rooms say about each kind of artefact. A test fails for a kind that is missing. */
export function artefactsOf(rooms: readonly Room[]): NonNullable<Room['artefacts']> {
  return Object.assign({}, ...rooms.map(({ artefacts }) => artefacts)) as NonNullable<Room['artefacts']>;
}

/** The tables that src/platform writes, which is no room. */
function platformTables(rooms: readonly Room[]): Tables {
  const personalKinds = Object.entries(artefactsOf(rooms)).flatMap(([kind, held]) => (held === 'deleted' ? kind : []));
  return {
    settings: impersonal('a row for each secret, made when it is first needed', 'until it is replaced'),
    leases: impersonal('a row for each kind of work', 'it is updated'),
    artefacts: {
      erase: eraseByPositions((client) => retireArtefacts(client, personalKinds)),
      export: COMPUTED,
      growth: {
        bound: 'versions are made at intervals, independent of the number of requests',
        retention: 'the newest few of each kind',
      },
    },
    artefact_chunks: {
      erase: 'with its artefact',
      export: COMPUTED,
      growth: {
        bound: 'with its artefact; a checkpoint has the sessions of up to `learner-limits.ts`',
        retention: 'with its artefact',
      },
    },
  };
}
