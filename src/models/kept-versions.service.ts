import { LRUCache } from 'lru-cache';
import { ApiError } from '../graphql/errors';
import type { ArtefactStore } from '../platform/artefacts';
import { NewerReleaseError } from '../platform/release';
import type { ModelKind } from './model-kind';
import { isUuid } from '../platform/uuid';
import type { StoredVersion, VersionStore } from './version-store.service';

/** Versions in memory beside the active one: as many as are compared with it, and the one that it was compared with before. */
const MAX_LOADED_VERSIONS = 2;
/** After its last use a version leaves memory. */
const LOADED_MS = 5 * 60_000;

/**
 * Versions of one kind that are not the active one, to answer with where somebody asks for them. At most two are loaded,
 * for five minutes after their last use, and one is read at a time; none outlives its bytes in the store.
 */
export class KeptVersions<T extends object> {
  private readonly loaded = new LRUCache<string, T>({
    max: MAX_LOADED_VERSIONS,
    ttl: LOADED_MS,
    updateAgeOnGet: true,
    ttlAutopurge: true,
  });
  private reading: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly kind: ModelKind,
    private readonly decode: (bytes: Uint8Array) => T,
    private readonly versions: Pick<VersionStore, 'find'>,
    private readonly artefacts: Pick<ArtefactStore, 'load'>,
  ) {}

  /**
   * @param argument that names the version, for whoever has to correct it
   * @throws ApiError NOT_FOUND where there is none of this id and kind, or its bytes are not kept; CONFLICT where this
   *   program can't read it
   */
  async find(id: string, argument: string): Promise<T> {
    const version = isUuid(id) ? await this.versions.find(id) : null;
    if (version?.kind !== this.kind || version.bytes === null) {
      this.loaded.delete(id);
      throw new ApiError('NOT_FOUND', `${argument}: ${faultOf(version, this.kind)}`, { argument });
    }
    return this.loaded.get(id) ?? this.readInTurn(version, argument);
  }

  /** Somebody before may have wanted the same. */
  private readInTurn(version: StoredVersion, argument: string): Promise<T> {
    const read = this.reading.then(() => this.loaded.get(version.id) ?? this.read(version, argument));
    this.reading = read.catch(() => undefined);
    return read;
  }

  private async read({ id, number }: StoredVersion, argument: string): Promise<T> {
    const refuse = (error: Error): never => {
      throw new ApiError('CONFLICT', `${argument}: version ${number} can't answer: ${error.message}`, { argument });
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

function faultOf(version: StoredVersion | null, kind: ModelKind): string {
  if (version === null) return 'there is no such version';
  if (version.kind !== kind) return `version ${version.number} is one of ${version.kind}, not of ${kind}`;
  return `the bytes of version ${version.number} are not kept`;
}
