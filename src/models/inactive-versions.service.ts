import { LRUCache } from 'lru-cache';
import { ApiError } from '../graphql/errors';
import type { ArtefactStore } from '../platform/artefacts';
import { NewerReleaseError } from '../platform/release';
import type { ModelKind } from './model-kind';
import { isUuid } from '../platform/uuid';
import type { StoredVersion, VersionStore } from './version.store';

/** Maximum number of loaded inactive versions. It lets an operator compare two of them with the active version. */
const MAX_LOADED_VERSIONS = 2;
/** A version is unloaded this long after its last use. */
const UNLOAD_AFTER_MS = 5 * 60_000;

/**
 * Loads inactive versions of one kind of model, for requests that name a version. At most two stay loaded, each until
 * five minutes after its last use. Only one is read at a time. If a version's bytes have been deleted from the store,
 * the next request for it unloads it.
 */
export class InactiveVersions<T extends object> {
  private readonly loaded = new LRUCache<string, T>({
    max: MAX_LOADED_VERSIONS,
    ttl: UNLOAD_AFTER_MS,
    updateAgeOnGet: true,
    ttlAutopurge: true,
  });
  private lastRead: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly kind: ModelKind,
    private readonly decode: (bytes: Uint8Array) => T,
    private readonly versions: Pick<VersionStore, 'find'>,
    private readonly artefacts: Pick<ArtefactStore, 'load'>,
  ) {}

  /**
   * Returns the decoded version.
   * @param argument name of the GraphQL argument that contains the version id, for the error message
   * @throws ApiError NOT_FOUND if there is no version of this id and kind, or its bytes are not stored; CONFLICT if
   *   this release can't read it
   */
  async find(id: string, argument: string): Promise<T> {
    const version = isUuid(id) ? await this.versions.find(id) : null;
    if (version?.kind !== this.kind || version.bytes === null) {
      this.loaded.delete(id);
      throw new ApiError('NOT_FOUND', `${argument}: ${notFoundMessage(version, this.kind)}`, { argument });
    }
    return this.loaded.get(id) ?? this.readSequentially(version, argument);
  }

  /** Reads one version at a time. This version may be loaded already when its turn comes. */
  private readSequentially(version: StoredVersion, argument: string): Promise<T> {
    const newRead = this.lastRead.then(() => this.loaded.get(version.id) ?? this.readVersion(version, argument));
    this.lastRead = newRead.catch(() => undefined);
    return newRead;
  }

  private async readVersion({ id, number }: StoredVersion, argument: string): Promise<T> {
    const refuse = (error: Error): never => {
      throw new ApiError('CONFLICT', `${argument}: version ${number} can't be used: ${error.message}`, { argument });
    };
    const bytes = await this.artefacts.load(id).catch((error: Error) => {
      if (error instanceof NewerReleaseError) return refuse(error);
      throw error;
    });
    try {
      const value = this.decode(bytes);
      this.loaded.set(id, value);
      return value;
    } catch (error) {
      return refuse(error as Error);
    }
  }
}

function notFoundMessage(version: StoredVersion | null, kind: ModelKind): string {
  if (version === null) return 'there is no such version';
  if (version.kind !== kind) return `version ${version.number} is a version of ${version.kind}, not of ${kind}`;
  return `the bytes of version ${version.number} are not stored`;
}
