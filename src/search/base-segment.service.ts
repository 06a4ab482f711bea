import type { CatalogueProduct } from '../catalog/catalogue-product';
import {
  hasLanguage,
  readCatalogue,
  readNumericAttributes,
  readVersions,
  type ProductVersion,
} from '../catalog/catalogue-snapshot.service';
import { newestPosition } from '../events/position';
import type { Artefact, ArtefactStore } from '../platform/artefacts';
import type { Logger } from '../platform/log';
import { inSnapshot, type Pool, type PoolClient } from '../platform/postgres';
import { requireRelease } from '../platform/release';
import { Analyzers } from './document/analyzers';
import { ATTRIBUTE, DOCUMENT_VERSION, indexSettings, MAX_ATTRIBUTE_NUMBERS } from './document/index-settings';
import { productDocument } from './document/product-document';
import { setBit, wordsFor } from './index/bitmap';
import { columnOf } from './index/columns';
import { mergeSegments } from './index/merge-segments';
import type { Segment } from './index/segment';
import { SegmentBuilder } from './index/segment-builder';
import { decodeSegment } from './index/segment-codec';
import type { IndexSettings } from './index/settings';
import { loadJieba, type UnpackedJieba, unpackedJieba } from './text/jieba';

export const BASE_ARTEFACT = 'search-index';
export const BASE_LEASE = 'search-index';
/** The oldest release that can read a base segment: raise it with the version of its format. */
export const BASE_MIN_RELEASE = '0.2.0';
/** Products that are read at a time. */
const SLICE = 1_000;

export interface BaseOptions {
  readonly pool: Pool;
  readonly artefacts: ArtefactStore;
  readonly log: Logger;
  readonly shopLanguage: string;
  /** Whether jieba, where it is needed, is to be told as it is unpacked. */
  readonly unpackJieba?: boolean;
  /** Resolves when the catalogue may be read; the newest artefact is read before. Default: at once. */
  readonly mayRead?: Promise<unknown>;
}

/** A base segment, and what it is true of. */
export interface Base {
  readonly segment: Segment;
  readonly position: number;
  /** Whether its Chinese words are jieba's: whoever asks it needs the same. */
  readonly jieba: boolean;
  /** As far as it was asked for. */
  readonly unpackedJieba?: UnpackedJieba;
  /** What it was made by: a segment of other makings does not fit. */
  readonly makings: string;
  /** Products that were read, because the artefact had no or another version of them. */
  readonly read: number;
  /** Products that it had, and that are gone. */
  readonly gone: number;
}

/**
 * The catalogue as a base segment, as of now: the newest artefact with what has changed since, found by comparing versions of
 * products, or else all of it. Seconds of work for 100,000 products: for a thread of its own.
 */
export async function makeBase(options: BaseOptions): Promise<Base> {
  const { pool, artefacts, log, shopLanguage, unpackJieba = false, mayRead } = options;
  const newest = await loadNewest(artefacts, log);
  await mayRead;
  return inSnapshot(pool, async (client) => {
    const position = await newestPosition(client);
    const jieba = shopLanguage.startsWith('zh') || (await hasLanguage(client, 'zh'));
    const unpacked = jieba && unpackJieba ? await unpackedJieba() : undefined;
    const analyzers = new Analyzers(shopLanguage, jieba ? await loadJieba() : undefined);
    const numbers = await readNumericAttributes(client, MAX_ATTRIBUTE_NUMBERS);
    const makings = `${DOCUMENT_VERSION} ${analyzers.of(null).id}`;
    const before = newest !== null && fits(newest, makings, numbers) ? newest.segment : null;
    const versions = await readVersions(client);
    const { wanted, deleted, gone } = compare(before, versions);
    const added = await build(client, wanted, analyzers, before?.header.settings ?? indexSettings(numbers));
    const segment =
      before === null
        ? added
        : wanted.length + gone === 0
          ? before
          : mergeSegments([
              { segment: before, deleted },
              { segment: added, deleted: new Uint32Array(wordsFor(added.documents)) },
            ]);
    return { segment, position, jieba, unpackedJieba: unpacked, makings, read: wanted.length, gone };
  });
}

interface StoredBase {
  readonly segment: Segment;
  readonly artefact: Artefact;
}

/** The newest artefact; one that can't be read is as good as none. */
async function loadNewest(artefacts: ArtefactStore, log: Logger): Promise<StoredBase | null> {
  const artefact = await artefacts.newest(BASE_ARTEFACT);
  if (artefact === null) return null;
  try {
    requireRelease(artefact.minRelease, 'The search base');
    return { artefact, segment: decodeSegment(await artefacts.load(artefact.id)) };
  } catch (error) {
    // What it held is all in PostgreSQL.
    log.warn({ error: (error as Error).message }, 'search base not read; it is made from the catalogue');
    return null;
  }
}

/** Whether it is of the same makings and has all columns. */
function fits({ segment, artefact }: StoredBase, makings: string, numbers: readonly string[]): boolean {
  const has = new Set(segment.header.settings.numbers);
  return artefact.figures.makings === makings && numbers.every((name) => has.has(ATTRIBUTE + name));
}

/** Which products have to be read, and which documents are to be left out. */
function compare(before: Segment | null, versions: readonly ProductVersion[]) {
  const deleted = new Uint32Array(wordsFor(before?.documents ?? 0));
  if (before === null) return { wanted: versions, deleted, gone: 0 };
  const column = before.numbers[columnOf(before.header.settings.numbers, 'version')];
  const same = new Uint8Array(before.documents);
  const wanted = versions.filter(({ id, version }) => {
    const doc = before.find(id);
    if (doc < 0 || column[doc] !== version) return true;
    same[doc] = 1;
    return false;
  });
  let gone = 0;
  for (let doc = 0; doc < before.documents; doc++) {
    if (same[doc] === 1) continue;
    setBit(deleted, doc);
    gone++;
  }
  return { wanted, deleted, gone };
}

async function build(
  client: PoolClient,
  versions: readonly ProductVersion[],
  analyzers: Analyzers,
  settings: IndexSettings,
): Promise<Segment> {
  const builder = new SegmentBuilder(settings);
  for (let at = 0; at < versions.length; at += SLICE) {
    const slice = versions.slice(at, at + SLICE);
    const products: CatalogueProduct[] = await readCatalogue(
      client,
      slice.map(({ id }) => id),
    );
    const versionOf = new Map(slice.map(({ id, version }) => [id, version]));
    for (const product of products) {
      const document = productDocument(product, analyzers, versionOf.get(product.id));
      if (document !== undefined) builder.add(document);
    }
  }
  return builder.finish();
}
