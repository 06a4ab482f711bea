import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Pool } from '../platform/postgres';
import type { PrismaClient } from '../platform/prisma';
import type { TimeCursor } from '../graphql/connection';
import { ApiError } from '../graphql/errors';
import { isScope, type Scope } from '../graphql/scope';
import { insertUnlessFound, readKey } from './api-key.store';

/** A stored key, without its secret. */
export interface StoredKey {
  readonly id: string;
  readonly name: string;
  readonly scope: Scope;
  readonly hint: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** The advertiser whose campaigns the key shows; only with the scope ADVERTISER. */
  readonly advertiserId: string | null;
}

export type AuthenticatedKey = Pick<StoredKey, 'id' | 'scope' | 'advertiserId'>;

/**
 * How long a process may use a cached key without reading it again. A revocation takes effect within this time if the
 * database is available.
 */
export const KEY_CACHE_MS = 2_000;

/** How long a cached key is accepted while the database is unavailable. */
const MAX_OUTAGE_CACHE_MS = 60_000;

/** Maximum length of the name of a key, in characters. */
export const MAX_KEY_NAME_LENGTH = 100;

const SECRET_BYTES = 24;
const SCOPE_LETTER: Record<Scope, string> = {
  STOREFRONT: 's',
  ADVERTISER: 'd',
  OPERATOR: 'o',
  SERVER: 'v',
  ADMIN: 'a',
};
const HINT_LENGTH = 9;
const MAX_SECRET_LENGTH = 200;
const WITHOUT_SECRET = { secretHash: true } as const;

type FoundKey = Pick<StoredKey, 'id' | 'scope' | 'expiresAt' | 'revokedAt' | 'advertiserId'>;
type Database = Pick<PrismaClient, 'apiKey'>;

interface CachedKey {
  readonly key: FoundKey | null;
  readonly readAt: number;
}

/** API keys. Only a hash of the secret is stored, so the secret is shown only once, when the key is created. */
export class ApiKeyService {
  private readonly keyCache = new LRUCache<string, CachedKey>({ max: 10_000 });
  /** Apart from the others, because anyone can invent secrets and would displace keys that an outage needs. */
  private readonly unknownKeys = new LRUCache<string, CachedKey>({ max: 1_000 });
  private readonly pendingReads = new Map<string, Promise<FoundKey | null>>();
  private readonly adminKeyHash: string | undefined;

  /**
   * @param adminKey the secret of an additional admin key, from the environment variable ADMIN_KEY. It is never stored
   *   in the database.
   */
  constructor(
    private readonly database: { readonly pool: Pool; readonly prisma: Database },
    adminKey?: string,
    private readonly now: () => number = Date.now,
  ) {
    this.adminKeyHash = adminKey === undefined ? undefined : hashOf(adminKey).toString('hex');
  }

  /** @throws Error for a key of an advertiser without an advertiser, and for another key with one */
  async create(input: {
    readonly scope: Scope;
    readonly name: string;
    readonly expiresAt?: Date | null;
    readonly advertiserId?: string | null;
  }): Promise<{ readonly secret: string; readonly key: StoredKey }> {
    if ((input.scope === 'ADVERTISER') !== (input.advertiserId != null))
      throw new Error('An advertiser is required for the scope ADVERTISER, and only for it.');
    const secret = makeSecret(input.scope);
    return { secret, key: await this.insert(secret, input) };
  }

  /** Revokes a key, unless it is already revoked. Returns the key, or `null` if it does not exist. */
  async revoke(id: string): Promise<StoredKey | null> {
    await this.database.prisma.apiKey.updateMany({
      where: { id, revokedAt: null },
      data: { revokedAt: new Date(this.now()) },
    });
    const row = await this.database.prisma.apiKey.findUnique({ where: { id }, omit: WITHOUT_SECRET });
    this.clearCache();
    return row === null ? null : toStoredKey(row);
  }

  /** @throws ApiError UNAUTHENTICATED for a secret that is unknown, expired or revoked */
  async authenticate(secret: string): Promise<AuthenticatedKey> {
    const key = secret.length <= MAX_SECRET_LENGTH ? await this.find(secret) : null;
    if (key === null) throw new ApiError('UNAUTHENTICATED', 'The key is unknown');
    if (key.revokedAt !== null) throw new ApiError('UNAUTHENTICATED', 'The key is revoked');
    if (key.expiresAt !== null && key.expiresAt.getTime() <= this.now()) {
      throw new ApiError('UNAUTHENTICATED', 'The key has expired');
    }
    return key;
  }

  /** Returns the name of a key; null for the key of the environment, and for an unknown one. */
  async nameOf(id: string): Promise<string | null> {
    if (id === 'ADMIN_KEY') return null;
    const row = await this.database.prisma.apiKey.findUnique({ where: { id }, select: { name: true } });
    return row?.name ?? null;
  }

  /** Returns the keys after the cursor, newest first. */
  async list(limit: number, after?: TimeCursor): Promise<StoredKey[]> {
    const rows = await this.database.prisma.apiKey.findMany({
      where: after && {
        OR: [{ createdAt: { lt: after.time } }, { createdAt: after.time, id: { lt: after.texts[0] } }],
      },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: limit,
      omit: WITHOUT_SECRET,
    });
    return rows.map(toStoredKey);
  }

  /**
   * Creates the shop's first admin key. Returns its secret, which is shown only once, or `null` if ADMIN_KEY is set or
   * a valid admin key exists.
   */
  async ensureAdminKey(): Promise<string | null> {
    if (this.adminKeyHash !== undefined) return null;
    return this.ensureKey('ADMIN', 'made at first start', undefined, {});
  }

  /**
   * Creates a key unless a matching key exists. If `secret` is given (such as the demo's public secret), the key with
   * that secret matches, even if it is revoked or expired. Otherwise a valid key of this scope matches if its name is
   * `match.name`; with `match` = `{}`, its name does not matter.
   * @returns the secret of the new key, or `null` if a matching key exists
   */
  async ensureKey(
    scope: Scope,
    name: string,
    secret?: string,
    match: { name?: string } = { name },
  ): Promise<string | null> {
    const newSecret = secret ?? makeSecret(scope);
    const now = new Date(this.now());
    const isInserted = await insertUnlessFound(
      this.database.pool,
      { name, scope, ...this.columnsOf(newSecret) },
      secret === undefined ? { scope, name: match.name ?? null, now } : { secretHash: hashOf(secret) },
    );
    if (!isInserted) return null;
    this.clearCache();
    return newSecret;
  }

  /** The columns of a new key that do not depend on its rights. */
  private columnsOf(secret: string) {
    return {
      id: randomUUID(),
      secretHash: hashOf(secret),
      hint: secret.slice(0, HINT_LENGTH),
      createdAt: new Date(this.now()),
    };
  }

  private async insert(
    secret: string,
    input: {
      readonly scope: Scope;
      readonly name: string;
      readonly expiresAt?: Date | null;
      readonly advertiserId?: string | null;
    },
  ): Promise<StoredKey> {
    const row = await this.database.prisma.apiKey.create({
      data: {
        ...this.columnsOf(secret),
        name: input.name,
        scope: input.scope,
        expiresAt: input.expiresAt ?? null,
        advertiserId: input.advertiserId ?? null,
      },
      omit: WITHOUT_SECRET,
    });
    this.clearCache();
    return toStoredKey(row);
  }

  private async find(secret: string): Promise<FoundKey | null> {
    const secretHash = hashOf(secret);
    const hex = secretHash.toString('hex');
    if (hex === this.adminKeyHash)
      return { id: 'ADMIN_KEY', scope: 'ADMIN', expiresAt: null, revokedAt: null, advertiserId: null };
    const known = this.keyCache.get(hex) ?? this.unknownKeys.get(hex);
    const age = known === undefined ? Infinity : this.now() - known.readAt;
    if (known !== undefined && age < KEY_CACHE_MS) return known.key;
    try {
      return await this.readOnce(hex, secretHash);
    } catch (error) {
      // Requests that need the database only for this check should not fail while it restarts.
      if (known !== undefined && age < MAX_OUTAGE_CACHE_MS) return known.key;
      throw error;
    }
  }

  /** Reads a key from the database. Concurrent calls for the same key share one read. */
  private readOnce(hex: string, secretHash: Buffer<ArrayBuffer>): Promise<FoundKey | null> {
    const underway = this.pendingReads.get(hex);
    if (underway !== undefined) return underway;
    const reading = this.read(secretHash)
      .then((key) => {
        if (this.pendingReads.get(hex) === reading) this.cache(hex, key);
        return key;
      })
      .finally(() => {
        if (this.pendingReads.get(hex) === reading) this.pendingReads.delete(hex);
      });
    this.pendingReads.set(hex, reading);
    return reading;
  }

  private async read(secretHash: Buffer<ArrayBuffer>): Promise<FoundKey | null> {
    const row = await readKey(this.database.pool, secretHash);
    return row === undefined ? null : withScope(row);
  }

  private cache(hex: string, key: FoundKey | null): void {
    const [cache, other] = key === null ? [this.unknownKeys, this.keyCache] : [this.keyCache, this.unknownKeys];
    cache.set(hex, { key, readAt: this.now() });
    other.delete(hex);
  }

  private clearCache(): void {
    this.keyCache.clear();
    this.unknownKeys.clear();
    this.pendingReads.clear();
  }
}

function toStoredKey(row: Omit<StoredKey, 'scope'> & { readonly scope: string }): StoredKey {
  return withScope(row);
}

function withScope<Row extends { readonly id: string; readonly scope: string }>(
  row: Row,
): Row & { readonly scope: Scope } {
  if (!isScope(row.scope)) throw new Error(`Key ${row.id} has the unknown scope ${row.scope}`);
  return { ...row, scope: row.scope };
}

function hashOf(secret: string): Buffer<ArrayBuffer> {
  return createHash('sha256').update(secret).digest();
}

/** Returns `fk_<letter of the scope>_<secret>`. The secret is 24 random bytes in base 62. */
function makeSecret(scope: Scope): string {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  let value = BigInt(`0x${randomBytes(SECRET_BYTES).toString('hex')}`);
  let text = '';
  // 33 digits of base 62 hold 24 bytes.
  for (let i = 0; i < 33; i++) {
    text = digits[Number(value % 62n)] + text;
    value /= 62n;
  }
  return `fk_${SCOPE_LETTER[scope]}_${text}`;
}
