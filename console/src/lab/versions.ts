import type { ResultOf } from '@freshet/client';
import type { BlendVersions } from './lab-documents';

type Blend = ResultOf<typeof BlendVersions>['model'];

/** What a list is ranked with where no version is: `modelVersion` of such an answer. */
export const NO_VERSION = 'rank-fusion';

/** Two of them, as they stand beside each other. */
export interface Pair {
  readonly left: string;
  readonly right: string;
}

/** Versions that lists can be asked of: those whose bytes are kept, the newest first, and none. */
export function versionChoices({ active, versions }: Blend): { value: string; title: string }[] {
  // An active version may be older than all that are listed.
  const isListed = active === null || versions.nodes.some(({ id }) => id === active.id);
  return [
    ...[...versions.nodes, ...(isListed ? [] : [active])]
      .filter(({ bytes }) => bytes !== null)
      .map(({ id, number, verdict }) => ({
        value: id,
        title: `Version ${number}, ${id === active?.id ? 'active' : verdict.toLowerCase()}`,
      })),
    { value: NO_VERSION, title: `None: fused ranks${active === null ? ', active' : ''}` },
  ];
}

/** The active version on the right, on the left the newest other one. What somebody chose stays while it is kept. */
export function pairOf(blend: Blend, chosen: Partial<Pair>): Pair {
  const values = versionChoices(blend).map(({ value }) => value);
  const kept = (value: string | undefined) => (value !== undefined && values.includes(value) ? value : undefined);
  const right = kept(chosen.right) ?? kept(blend.active?.id) ?? NO_VERSION;
  return { left: kept(chosen.left) ?? values.find((value) => value !== right) ?? NO_VERSION, right };
}

/** How much of one list is in the other, in words. */
export function comparedText(left: readonly string[], right: readonly string[]): string {
  const both = right.filter((id) => left.includes(id));
  const elsewhere = both.filter((id) => left.indexOf(id) !== right.indexOf(id)).length;
  if (both.length === left.length && both.length === right.length && elsewhere === 0) return 'Both lists are the same.';
  const most = Math.max(left.length, right.length);
  const moved = elsewhere === 0 ? 'each in its place' : `${elsewhere} of them in another place`;
  return both.length === 0
    ? 'No product is in both lists.'
    : `${both.length} of ${most} products are in both lists, ${moved}.`;
}
