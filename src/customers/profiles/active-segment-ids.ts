import type { ArtefactStore } from '../../platform/artefacts';
import { decodeSegments } from '../segments/segments-artefact';

/**
 * Returns the ids of the segments of the active version, without `NEW`; an empty set if no version is active.
 * @throws NewerReleaseError if this release can't read the version
 */
export async function readActiveSegmentIds(artefacts: ArtefactStore): Promise<ReadonlySet<string>> {
  const active = await artefacts.active('segments');
  if (active === null) return new Set();
  return new Set(decodeSegments(await artefacts.load(active.id)).segments.map(({ id }) => String(id)));
}
