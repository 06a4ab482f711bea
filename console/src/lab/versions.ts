import type { ResultOf } from '@freshet/client';
import type { BlendVersions } from './lab-documents';

type BlendVersionsData = ResultOf<typeof BlendVersions>['model'];

/** The `modelVersion` of lists that are ranked without a fitted version. */
export const NO_VERSION = 'rank-fusion';

/** The two versions that are compared. */
export interface VersionPair {
  readonly left: string;
  readonly right: string;
}

/** Returns the versions that can rank lists: those whose bytes are stored, the newest first, and `rank-fusion`. */
export function versionChoices({ active, versions }: BlendVersionsData): { value: string; title: string }[] {
  // The active version may be older than all listed versions.
  const isListed = active === null || versions.nodes.some(({ id }) => id === active.id);
  return [
    ...[...versions.nodes, ...(isListed ? [] : [active])]
      .filter(({ bytes }) => bytes !== null)
      .map(({ id, number, verdict }) => ({
        value: id,
        title: `Version ${number}, ${id === active?.id ? 'active' : verdict.toLowerCase()}`,
      })),
    { value: NO_VERSION, title: `None: rank fusion${active === null ? ', active' : ''}` },
  ];
}

/**
 * Returns the active version for the right, the newest other one for the left. A choice is retained while it is stored.
 */
export function selectVersions(blend: BlendVersionsData, chosen: Partial<VersionPair>): VersionPair {
  const values = versionChoices(blend).map(({ value }) => value);
  const available = (value: string | undefined) => (value !== undefined && values.includes(value) ? value : undefined);
  const right = available(chosen.right) ?? available(blend.active?.id) ?? NO_VERSION;
  return { left: available(chosen.left) ?? values.find((value) => value !== right) ?? NO_VERSION, right };
}

/** Describes how much two lists have in common. */
export function describeOverlap(left: readonly string[], right: readonly string[]): string {
  const both = right.filter((id) => left.includes(id));
  const elsewhere = both.filter((id) => left.indexOf(id) !== right.indexOf(id)).length;
  if (both.length === left.length && both.length === right.length && elsewhere === 0) return 'Both lists are the same.';
  const most = Math.max(left.length, right.length);
  const moved = elsewhere === 0 ? 'all in the same position' : `${elsewhere} of them in another position`;
  return both.length === 0
    ? 'No product is in both lists.'
    : `${both.length} of ${most} products are in both lists, ${moved}.`;
}
