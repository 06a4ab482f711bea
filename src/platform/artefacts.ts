import { createHash, randomUUID } from 'node:crypto';
import { isReadableSql, requireRelease } from './release';
import { inSnapshot, inTransaction, patient, type Pool, type PoolClient } from './postgres';

/** One version of parameters, or a checkpoint of live state: bytes and the log's position that they cover. */
export interface Artefact {
  readonly id: string;
  readonly kind: string;
  /** Of the log; of a state that is numbered by its owner's own revisions, that. */
  readonly position: number;
  /** In bytes. */
  readonly size: number;
  /** Fencing token of its writer. */
  readonly token: number;
  readonly figures: Record<string, unknown>;
  /** The oldest release that can read it; `null`: every release. */
  readonly minRelease: string | null;
  readonly createdAt: Date;
}

export interface NewArtefact {
  readonly kind: string;
  readonly position: number;
  readonly bytes: Uint8Array;
  readonly figures?: Record<string, unknown>;
  /** The oldest release that can read it: raise it with the version of its format. */
  readonly minRelease: string;
}

/** An artefact that this release would use and can't read. */
export interface UnreadableArtefact {
  readonly kind: string;
  readonly minRelease: string;
}

export class FencedOff extends Error {
  constructor(lease: string) {
    super(`the lease ${lease} has a newer owner`);
    this.name = 'FencedOff';
  }
}

export class DamagedArtefact extends Error {
  constructor(id: string) {
    super(`artefact ${id} is damaged: its checksum does not match`);
    this.name = 'DamagedArtefact';
  }
}

/** The artefact was deleted, as a rule because a newer one took its place. */
export class MissingArtefact extends Error {
  constructor(id: string) {
    super(`artefact ${id} does not exist`);
    this.name = 'MissingArtefact';
  }
}

/** How often an artefact is looked up that is replaced each time before it is loaded. */
const MAX_LOOK_UPS = 10;

/** Looks up the newest artefact and loads it; again where it was replaced between the two. @throws MissingArtefact where it is replaced each time */
export async function loadNewest<T>(lookUpAndLoad: () => Promise<T>): Promise<T> {
  for (let lookUp = 1; ; lookUp++) {
    try {
      return await lookUpAndLoad();
    } catch (error) {
      if (!(error instanceof MissingArtefact) || lookUp === MAX_LOOK_UPS) throw error;
    }
  }
}

/**
 * Entitles a transaction to write as the owner of a lease.
 * @throws FencedOff when the lease has a newer owner.
 */
export async function fence(client: PoolClient, lease: { name: string; token: number }): Promise<void> {
  const { rows } = await client.query<{ token: number }>('SELECT token FROM leases WHERE name = $1 FOR SHARE', [
    lease.name,
  ]);
  if (rows[0]?.token !== lease.token) throw new FencedOff(lease.name);
}

const CHUNK_BYTES = 1 << 20;
/** Chunks that one statement reads: 4 MiB, which take some ten milliseconds. */
const CHUNKS_AT_ONCE = 4;
/** Bytes: some milliseconds of hashing. */
const HASHED_AT_ONCE = 1 << 22;
/** Of an artefact `a`: whether only a newer release can read it, in SQL. */
const NEEDS_NEWER = `NOT ${isReadableSql("(a.figures->>'minRelease')")}`;
const COLUMNS = `id, kind, position, size, token, figures, figures->>'minRelease' AS "minRelease", created_at AS "createdAt"`;

/** Artefacts in PostgreSQL: chunked, checksummed, written whole or not at all. */
export class ArtefactStore {
  constructor(private readonly pool: Pool) {}

  /**
   * Writes artefacts that belong together in one transaction, under the lease that entitles their writer to.
   * A `guard`, called last, may write more, or keep them out by throwing.
   * @returns their ids, in the same order.
   * @throws FencedOff when the lease has a newer owner.
   */
  async save(
    artefacts: readonly NewArtefact[],
    lease: { name: string; token: number },
    options: { guard?: (client: PoolClient, ids: readonly string[]) => Promise<void> } = {},
  ): Promise<string[]> {
    const checksums = await Promise.all(artefacts.map(({ bytes }) => sha256(bytes)));
    return inTransaction(this.pool, async (client) => {
      const ids: string[] = [];
      for (const [place, artefact] of artefacts.entries()) {
        const id = randomUUID();
        ids.push(id);
        await client.query(
          `INSERT INTO artefacts (id, kind, position, token, size, checksum, figures)
           VALUES ($1, $2, $3, $4, $5, $6, $7)`,
          [
            id,
            artefact.kind,
            artefact.position,
            lease.token,
            artefact.bytes.byteLength,
            checksums[place],
            JSON.stringify({ ...artefact.figures, minRelease: artefact.minRelease }),
          ],
        );
        for (let at = 0, sequence = 0; at < artefact.bytes.byteLength; at += CHUNK_BYTES, sequence++) {
          const chunk = artefact.bytes.subarray(at, at + CHUNK_BYTES);
          await client.query('INSERT INTO artefact_chunks (artefact_id, sequence, bytes) VALUES ($1, $2, $3)', [
            id,
            sequence,
            Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength),
          ]);
        }
      }
      // Last of all: the lock must not keep the owner from renewing its lease while megabytes are written.
      await options.guard?.(client, ids);
      await fence(client, lease);
      return ids;
    });
  }

  /** The artefact of a kind that covers most of the log, or `null`. */
  async newest(kind: string): Promise<Artefact | null> {
    const { rows } = await this.pool.query<Artefact>(
      `SELECT ${COLUMNS} FROM artefacts WHERE kind = $1 ORDER BY position DESC, token DESC, created_at DESC LIMIT 1`,
      [kind],
    );
    return rows[0] ?? null;
  }

  /** The promoted version of a kind, or `null`. */
  async active(kind: string): Promise<Artefact | null> {
    const { rows } = await this.pool.query<Artefact>(
      `SELECT ${COLUMNS} FROM artefacts WHERE id = (SELECT artefact_id FROM active_models WHERE kind = $1)`,
      [kind],
    );
    return rows[0] ?? null;
  }

  /**
   * Those among the newest of each kind and the active versions that only a newer release can read, by kind: this release goes on with
   * what it has.
   */
  async unreadable(): Promise<UnreadableArtefact[]> {
    const { rows } = await this.pool.query<UnreadableArtefact>(
      `SELECT DISTINCT a.kind, a.figures->>'minRelease' AS "minRelease" FROM artefacts a
       WHERE ${NEEDS_NEWER} AND (a.id IN (SELECT artefact_id FROM active_models)
         OR NOT EXISTS (SELECT FROM artefacts newer WHERE newer.kind = a.kind AND newer.position > a.position))
       ORDER BY a.kind`,
    );
    return rows;
  }

  /**
   * @throws NewerReleaseError when only a newer release can read it; DamagedArtefact when its bytes are not those that were written;
   *   MissingArtefact when it is gone.
   */
  async load(id: string): Promise<Uint8Array> {
    // In one snapshot: an artefact that is removed meanwhile is read whole, or does not exist.
    return inSnapshot(this.pool, async (client) => {
      const { rows } = await client.query<{ kind: string; size: number; checksum: Buffer; minRelease: string | null }>(
        `SELECT kind, size, checksum, figures->>'minRelease' AS "minRelease" FROM artefacts WHERE id = $1`,
        [id],
      );
      if (!rows[0]) throw new MissingArtefact(id);
      const { kind, size, checksum, minRelease } = rows[0];
      requireRelease(minRelease, `The artefact ${kind}`);
      const bytes = await readChunks(client, id, size);
      if (bytes === null || !(await sha256(bytes)).equals(checksum)) throw new DamagedArtefact(id);
      return bytes;
    });
  }

  /** Deletes what covers less of the log than this. */
  async retire(kind: string, before: number): Promise<void> {
    await this.pool.query('DELETE FROM artefacts WHERE kind = $1 AND position < $2', [kind, before]);
  }

  /**
   * Deletes all but the newest `keep` of a kind; the active version always stays, and so do those of `also` and what only a newer
   * release can read.
   */
  async prune(kind: string, keep: number, also: readonly string[] = []): Promise<void> {
    await this.pool.query(
      `DELETE FROM artefacts a WHERE kind = $1 AND (${NEEDS_NEWER}) IS NOT TRUE
         AND id NOT IN (SELECT id FROM artefacts WHERE kind = $1 ORDER BY position DESC, created_at DESC LIMIT $2)
         AND id NOT IN (SELECT artefact_id FROM active_models WHERE artefact_id IS NOT NULL) AND id <> ALL ($3::uuid[])`,
      [kind, keep, also],
    );
  }
}

/** Deletes all of these kinds, inside the caller's transaction. */
export async function retireArtefacts(client: PoolClient, kinds: readonly string[]): Promise<void> {
  await client.query('DELETE FROM artefacts WHERE kind = ANY($1)', [kinds]);
}

/**
 * Some chunks at a time, into one array of its own: PostgreSQL sends them as text of twice their size.
 * @returns null where there are not as many bytes
 */
async function readChunks(client: PoolClient, id: string, size: number): Promise<Uint8Array | null> {
  const bytes = Buffer.allocUnsafeSlow(size);
  let length = 0;
  for (let first = 0; ; first += CHUNKS_AT_ONCE) {
    const { rows } = await client.query<{ chunk: Buffer }>(
      patient(
        'SELECT bytes AS chunk FROM artefact_chunks WHERE artefact_id = $1 AND sequence >= $2 AND sequence < $3 ORDER BY sequence',
        [id, first, first + CHUNKS_AT_ONCE],
      ),
    );
    for (const { chunk } of rows) {
      if (length + chunk.byteLength > size) return null;
      bytes.set(chunk, length);
      length += chunk.byteLength;
    }
    if (rows.length < CHUNKS_AT_ONCE) return length === size ? bytes : null;
  }
}

/** Some megabytes at a time: other work on the event loop has its turn in between. */
async function sha256(bytes: Uint8Array): Promise<Buffer> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.byteLength; at += HASHED_AT_ONCE) {
    if (at > 0) await nextTurn();
    hash.update(bytes.subarray(at, at + HASHED_AT_ONCE));
  }
  return hash.digest();
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
