import type { CatalogueProduct } from '../../catalog/catalogue-product';
import {
  hasLanguage,
  readCatalogue,
  readNumericAttributes,
  readProductHashes,
  type ProductHash,
} from '../../catalog/catalogue-snapshot.store';
import { newestPosition } from '../../events/position.store';
import type { Artefact, ArtefactStore } from '../../platform/artefacts';
import type { Logger } from '../../platform/log';
import { inSnapshot, type Pool, type PoolClient } from '../../platform/postgres';
import { requireRelease } from '../../platform/release';
import { Analyzers } from '../../search-engine/text/analyzers';
import { ATTRIBUTE_PREFIX, DOCUMENT_VERSION, indexSettings, MAX_ATTRIBUTE_NUMBERS } from '../document/index-settings';
import { productDocument } from '../document/product-document';
import { setBit, wordsFor } from '../../search-engine/index/bitmap';
import { columnNumber } from '../../search-engine/index/columns';
import { mergeSegments } from '../../search-engine/index/merge-segments';
import type { Segment } from '../../search-engine/index/segment';
import { SegmentBuilder } from '../../search-engine/index/segment-builder';
import { decodeSegment } from '../../search-engine/index/segment-codec';
import type { IndexSettings } from '../../search-engine/index/settings';
import { loadJieba, type UnpackedJieba, copyUnpackedJieba } from '../../search-engine/text/jieba';

export const BASE_ARTEFACT = 'search-index';
export const BASE_LEASE = 'search-index';
/** The oldest release that can read a base segment. Raise it when the segment format version changes. */
export const BASE_MIN_RELEASE = '0.2.0';
/** Products per SELECT. */
const PRODUCTS_PER_READ = 1_000;

export interface BaseSegmentOptions {
  readonly pool: Pool;
  readonly artefacts: ArtefactStore;
  readonly log: Logger;
  readonly shopLanguage: string;
  /** Whether to also return the memory of jieba (the Chinese word segmenter) if the catalog needs jieba. */
  readonly unpackJieba?: boolean;
  /** Resolves when the catalog may be read. Loading the newest artefact does not wait for this. Default: no wait. */
  readonly whenReadable?: Promise<unknown>;
}

/** A base segment, which is an index of the whole catalog, with the log position that it covers. */
export interface BaseSegment {
  readonly segment: Segment;
  readonly position: number;
  /** Whether jieba split the segment's Chinese texts into words. Queries must then be split by jieba too. */
  readonly jieba: boolean;
  /** Present if `unpackJieba` was set and the catalog needs jieba. */
  readonly unpackedJieba?: UnpackedJieba;
  /** {@link DOCUMENT_VERSION} and the analyzer id. A segment with another build version cannot be extended. */
  readonly buildVersion: string;
  /** Number of products read from PostgreSQL because the newest artefact lacked them or had another version of them. */
  readonly read: number;
  /** Number of documents of the newest artefact whose product was deleted or has another version now. */
  readonly gone: number;
}

/**
 * Builds a base segment of the current catalog. It extends the newest artefact with the products that changed since it
 * was built. If there is no usable artefact, it reads the whole catalog. This takes seconds for 100,000 products, so
 * run it in a separate thread.
 */
export async function buildBaseSegment(options: BaseSegmentOptions): Promise<BaseSegment> {
  const { pool, artefacts, log, shopLanguage, unpackJieba = false, whenReadable } = options;
  const newest = await loadNewest(artefacts, log);
  await whenReadable;
  return inSnapshot(pool, async (client) => {
    const position = await newestPosition(client);
    const jieba = shopLanguage.startsWith('zh') || (await hasLanguage(client, 'zh'));
    const unpacked = jieba && unpackJieba ? await copyUnpackedJieba() : undefined;
    const analyzers = new Analyzers(shopLanguage, jieba ? await loadJieba() : undefined);
    const numbers = await readNumericAttributes(client, MAX_ATTRIBUTE_NUMBERS);
    const buildVersion = `${DOCUMENT_VERSION} ${analyzers.of(null).id}`;
    const previous = newest !== null && isExtendable(newest, buildVersion, numbers) ? newest.segment : null;
    const versions = await readProductHashes(client);
    const { wanted, deleted, gone } = compare(previous, versions);
    const added = await build(client, wanted, analyzers, previous?.header.settings ?? indexSettings(numbers));
    const segment =
      previous === null
        ? added
        : wanted.length + gone === 0
          ? previous
          : mergeSegments([
              { segment: previous, deleted },
              { segment: added, deleted: new Uint32Array(wordsFor(added.documents)) },
            ]);
    return { segment, position, jieba, unpackedJieba: unpacked, buildVersion, read: wanted.length, gone };
  });
}

interface LoadedBase {
  readonly segment: Segment;
  readonly artefact: Artefact;
}

/** Returns the newest artefact, or null if there is none or it cannot be read. */
async function loadNewest(artefacts: ArtefactStore, log: Logger): Promise<LoadedBase | null> {
  const artefact = await artefacts.newest(BASE_ARTEFACT);
  if (artefact === null) return null;
  try {
    requireRelease(artefact.minRelease, 'The search base');
    return { artefact, segment: decodeSegment(await artefacts.load(artefact.id)) };
  } catch (error) {
    // Nothing is lost: PostgreSQL holds everything that the artefact contains.
    log.warn({ error: (error as Error).message }, 'search base not read; rebuilding it from the catalog');
    return null;
  }
}

/** Returns whether the stored segment has the current build version and a column for each of these attributes. */
function isExtendable({ segment, artefact }: LoadedBase, buildVersion: string, numbers: readonly string[]): boolean {
  const storedColumns = new Set(segment.header.settings.numbers);
  return (
    artefact.figures.makings === buildVersion && numbers.every((name) => storedColumns.has(ATTRIBUTE_PREFIX + name))
  );
}

/** Returns the products to read and a bitmap of the outdated documents. */
function compare(previous: Segment | null, versions: readonly ProductHash[]) {
  const deleted = new Uint32Array(wordsFor(previous?.documents ?? 0));
  if (previous === null) return { wanted: versions, deleted, gone: 0 };
  const column = previous.numbers[columnNumber(previous.header.settings.numbers, 'version')];
  const isCurrent = new Uint8Array(previous.documents);
  const wanted = versions.filter(({ id, version }) => {
    const doc = previous.find(id);
    if (doc < 0 || column[doc] !== version) return true;
    isCurrent[doc] = 1;
    return false;
  });
  let gone = 0;
  for (let doc = 0; doc < previous.documents; doc++) {
    if (isCurrent[doc] === 1) continue;
    setBit(deleted, doc);
    gone++;
  }
  return { wanted, deleted, gone };
}

async function build(
  client: PoolClient,
  versions: readonly ProductHash[],
  analyzers: Analyzers,
  settings: IndexSettings,
): Promise<Segment> {
  const builder = new SegmentBuilder(settings);
  for (let at = 0; at < versions.length; at += PRODUCTS_PER_READ) {
    const slice = versions.slice(at, at + PRODUCTS_PER_READ);
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
