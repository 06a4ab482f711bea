import { createHash, randomUUID } from 'node:crypto';
import { isReadableSql, requireRelease } from './release';
import { inSnapshot, inTransaction, withLongTimeout, type Pool, type PoolClient } from './postgres';
import { execute, queryFirst, queryRows } from './sql';

/**
 * Describes stored bytes that were computed from the log of events: a version of a model, or a checkpoint of live state
 * (the counts and sums that change with every event).
 */
export interface Artefact {
  readonly id: string;
  readonly kind: string;
  /** The log position up to which the bytes cover the log; for a kind with its own revision numbers, the revision. */
  readonly position: number;
  /** Size in bytes. */
  readonly size: number;
  /** The fencing token of the lease under which the artefact was written. */
  readonly token: number;
  readonly figures: Record<string, unknown>;
  /** The oldest release that can read the artefact; `null` if every release can. */
  readonly minRelease: string | null;
  readonly createdAt: Date;
}

export interface NewArtefact {
  readonly kind: string;
  readonly position: number;
  readonly bytes: Uint8Array;
  readonly figures?: Record<string, unknown>;
  /** The oldest release that can read the artefact. Raise it together with the version of the format. */
  readonly minRelease: string;
}

/** An artefact that this release would use but can't read. */
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

/** Thrown if an artefact does not exist, usually because it was deleted when a newer one replaced it. */
export class MissingArtefact extends Error {
  constructor(id: string) {
    super(`artefact ${id} does not exist`);
    this.name = 'MissingArtefact';
  }
}

/** Maximum number of attempts to load the newest artefact. An attempt fails if the artefact is replaced meanwhile. */
const MAX_LOAD_ATTEMPTS = 10;

/**
 * Looks up the newest artefact and loads it. Repeats both steps if the artefact is replaced in between.
 * @throws MissingArtefact if it is replaced each time
 */
export async function loadNewest<T>(lookUpAndLoad: () => Promise<T>): Promise<T> {
  for (let lookUp = 1; ; lookUp++) {
    try {
      return await lookUpAndLoad();
    } catch (error) {
      if (!(error instanceof MissingArtefact) || lookUp === MAX_LOAD_ATTEMPTS) throw error;
    }
  }
}

/**
 * Checks that the transaction may write as the owner of a lease, and locks the lease row until the transaction ends.
 * @throws FencedOff if the lease has a newer owner
 */
export async function fence(client: PoolClient, lease: { name: string; token: number }): Promise<void> {
  const row = await queryFirst<{ token: number }>(client, 'SELECT token FROM leases WHERE name = $1 FOR SHARE', [
    lease.name,
  ]);
  if (row?.token !== lease.token) throw new FencedOff(lease.name);
}

const CHUNK_BYTES = 1 << 20;
/** Number of chunks (1 MiB each) that one statement reads. Reading them takes about ten milliseconds. */
const CHUNKS_PER_QUERY = 4;
/** Number of bytes (4 MiB) that are hashed without a pause. That takes a few milliseconds. */
const HASH_SLICE_BYTES = 1 << 22;
/** SQL condition on an artefact `a`: only a newer release can read it. */
const NEEDS_NEWER = `NOT ${isReadableSql("(a.figures->>'minRelease')")}`;
const COLUMNS = `id, kind, position, size, token, figures, figures->>'minRelease' AS "minRelease", created_at AS "createdAt"`;

/** Stores artefacts in PostgreSQL. They are chunked and checksummed, and each is written completely or not at all. */
export class ArtefactStore {
  constructor(private readonly pool: Pool) {}

  /**
   * Writes artefacts, all in one transaction, if the writer still owns the lease.
   * `guard` is called after the artefacts are written. It may write more rows, or roll the transaction back by
   * throwing.
   * @returns the ids of the artefacts, in the same order
   * @throws FencedOff if the lease has a newer owner
   */
  async save(
    artefacts: readonly NewArtefact[],
    lease: { name: string; token: number },
    options: { guard?: (client: PoolClient, ids: readonly string[]) => Promise<void> } = {},
  ): Promise<string[]> {
    const checksums = await Promise.all(artefacts.map(({ bytes }) => sha256(bytes)));
    return inTransaction(this.pool, async (client) => {
      const ids: string[] = [];
      for (const [index, artefact] of artefacts.entries()) {
        const id = randomUUID();
        ids.push(id);
        await execute(
          client,
          `INSERT INTO artefacts (id, kind, position, token, size, checksum, figures)
           VALUES ($1, $2, $3, $4, $5, $6, $7)`,
          [
            id,
            artefact.kind,
            artefact.position,
            lease.token,
            artefact.bytes.byteLength,
            checksums[index],
            JSON.stringify({ ...artefact.figures, minRelease: artefact.minRelease }),
          ],
        );
        for (let offset = 0, sequence = 0; offset < artefact.bytes.byteLength; offset += CHUNK_BYTES, sequence++) {
          const chunk = artefact.bytes.subarray(offset, offset + CHUNK_BYTES);
          await execute(client, 'INSERT INTO artefact_chunks (artefact_id, sequence, bytes) VALUES ($1, $2, $3)', [
            id,
            sequence,
            Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength),
          ]);
        }
      }
      // `fence` locks the lease row, so the owner can't renew its lease until the transaction ends. It is therefore
      // called last, after megabytes have been written.
      await options.guard?.(client, ids);
      await fence(client, lease);
      return ids;
    });
  }

  /** Returns the artefact of a kind with the highest log position, or `null`. */
  async newest(kind: string): Promise<Artefact | null> {
    const row = await queryFirst<Artefact>(
      this.pool,
      `SELECT ${COLUMNS} FROM artefacts WHERE kind = $1 ORDER BY position DESC, token DESC, created_at DESC LIMIT 1`,
      [kind],
    );
    return row ?? null;
  }

  /** Returns the active version of a kind of model, or `null`. */
  async active(kind: string): Promise<Artefact | null> {
    const row = await queryFirst<Artefact>(
      this.pool,
      `SELECT ${COLUMNS} FROM artefacts WHERE id = (SELECT artefact_id FROM active_models WHERE kind = $1)`,
      [kind],
    );
    return row ?? null;
  }

  /**
   * Returns the artefacts that this release would use (the newest and the active one of each kind) but that only a
   * newer release can read, sorted by kind. This release continues with the artefacts that it has loaded before.
   */
  async unreadable(): Promise<UnreadableArtefact[]> {
    return queryRows<UnreadableArtefact>(
      this.pool,
      `SELECT DISTINCT a.kind, a.figures->>'minRelease' AS "minRelease" FROM artefacts a
       WHERE ${NEEDS_NEWER} AND (a.id IN (SELECT artefact_id FROM active_models)
         OR NOT EXISTS (SELECT FROM artefacts newer WHERE newer.kind = a.kind AND newer.position > a.position))
       ORDER BY a.kind`,
    );
  }

  /**
   * Returns the bytes of an artefact.
   * @throws NewerReleaseError if only a newer release can read it
   * @throws DamagedArtefact if its bytes differ from those that were written
   * @throws MissingArtefact if it does not exist
   */
  async load(id: string): Promise<Uint8Array> {
    // All reads see one snapshot, so an artefact that is deleted meanwhile is either read completely or not found.
    return inSnapshot(this.pool, async (client) => {
      const row = await queryFirst<{ kind: string; size: number; checksum: Buffer; minRelease: string | null }>(
        client,
        `SELECT kind, size, checksum, figures->>'minRelease' AS "minRelease" FROM artefacts WHERE id = $1`,
        [id],
      );
      if (!row) throw new MissingArtefact(id);
      const { kind, size, checksum, minRelease } = row;
      requireRelease(minRelease, `The artefact ${kind}`);
      const bytes = await readChunks(client, id, size);
      if (bytes === null || !(await sha256(bytes)).equals(checksum)) throw new DamagedArtefact(id);
      return bytes;
    });
  }

  /** Deletes the artefacts of a kind whose position is lower than `before`. */
  async retire(kind: string, before: number): Promise<void> {
    await execute(this.pool, 'DELETE FROM artefacts WHERE kind = $1 AND position < $2', [kind, before]);
  }

  /**
   * Deletes all but the newest `newestCount` artefacts of a kind. The active version, the artefacts in `retainedIds`
   * and those that only a newer release can read always stay.
   */
  async prune(kind: string, newestCount: number, retainedIds: readonly string[] = []): Promise<void> {
    await execute(
      this.pool,
      `DELETE FROM artefacts a WHERE kind = $1 AND (${NEEDS_NEWER}) IS NOT TRUE
         AND id NOT IN (SELECT id FROM artefacts WHERE kind = $1 ORDER BY position DESC, created_at DESC LIMIT $2)
         AND id NOT IN (SELECT artefact_id FROM active_models WHERE artefact_id IS NOT NULL) AND id <> ALL ($3::uuid[])`,
      [kind, newestCount, retainedIds],
    );
  }
}

/** Deletes all artefacts of these kinds, inside the caller's transaction. */
export async function retireArtefacts(client: PoolClient, kinds: readonly string[]): Promise<void> {
  await execute(client, 'DELETE FROM artefacts WHERE kind = ANY($1)', [kinds]);
}

/**
 * Reads a few chunks at a time to limit memory, because PostgreSQL sends them as text of twice their size.
 * @returns null if the number of stored bytes is not `size`
 */
async function readChunks(client: PoolClient, id: string, size: number): Promise<Uint8Array | null> {
  const bytes = Buffer.allocUnsafeSlow(size);
  let length = 0;
  for (let first = 0; ; first += CHUNKS_PER_QUERY) {
    const rows = await queryRows<{ chunk: Buffer }>(
      client,
      withLongTimeout(
        'SELECT bytes AS chunk FROM artefact_chunks WHERE artefact_id = $1 AND sequence >= $2 AND sequence < $3 ORDER BY sequence',
        [id, first, first + CHUNKS_PER_QUERY],
      ),
    );
    for (const { chunk } of rows) {
      if (length + chunk.byteLength > size) return null;
      bytes.set(chunk, length);
      length += chunk.byteLength;
    }
    if (rows.length < CHUNKS_PER_QUERY) return length === size ? bytes : null;
  }
}

/** Hashes a few megabytes at a time, so that other work on the event loop can run in between. */
async function sha256(bytes: Uint8Array): Promise<Buffer> {
  const hash = createHash('sha256');
  for (let offset = 0; offset < bytes.byteLength; offset += HASH_SLICE_BYTES) {
    if (offset > 0) await yieldToEventLoop();
    hash.update(bytes.subarray(offset, offset + HASH_SLICE_BYTES));
  }
  return hash.digest();
}

const yieldToEventLoop = () => new Promise<void>((resolve) => setImmediate(resolve));
