import { ProductConditionsService } from '../../catalog/product-conditions.service';
import { NEW } from '../../customers/segments/assign-segment';
import { decodeSegments } from '../../customers/segments/segments-artefact';
import { ApiError } from '../../graphql/errors';
import type { Platform } from '../../platform/connect';
import { ok, warning, type CheckResult } from '../../platform/checks';
import { NewerReleaseError } from '../../platform/release';
import { readMerchandisingRules } from './merchandising.store';

const CHECK = 'segments in expressions';
/** A report names at most this many places. */
const MAX_PLACES = 10;

/**
 * Checks that the boosts of merchandising rules compare `customer.segment` only with ids of the active version. No other
 * stored expression can read the segment.
 */
export async function examineSegmentIds({
  pool,
  artefacts,
}: Pick<Platform, 'pool' | 'artefacts'>): Promise<CheckResult> {
  const conditions = new ProductConditionsService({
    attributesOf: () => Promise.resolve(undefined),
    profileOf: () => Promise.resolve({}),
  });
  const invalid: string[] = [];
  const compared = (await readMerchandisingRules(pool)).flatMap(({ id, boost }) => {
    try {
      return conditions.prepare({ boost }, 'ADMIN').comparedSegments.map((segment) => ({ rule: id, ...segment }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      invalid.push(`merchandising rule ${JSON.stringify(id)}, ${error.message}`);
      return [];
    }
  });
  if (invalid.length > 0) {
    const advice = 'Searches that such a rule applies to fail. Correct the rule, or delete it.';
    return warning(CHECK, `${invalid.length} expressions are invalid: ${shorten(invalid)}`, advice);
  }
  if (compared.length === 0) return ok(CHECK, 'no expression names a segment');
  let active: ReadonlySet<string>;
  try {
    active = await readActiveIds(artefacts);
  } catch (error) {
    if (!(error instanceof NewerReleaseError)) throw error;
    return warning(CHECK, `they can't be compared with the active version: ${error.message}`, 'Start that release.');
  }
  const places = compared
    .filter(({ value }) => value !== NEW && !active.has(value))
    .map(({ rule, value, position: { line, column } }) => {
      const where = `merchandising rule ${JSON.stringify(rule)}, boost, line ${line}, column ${column}`;
      return `${JSON.stringify(value)} in ${where}`;
    });
  if (places.length === 0) return ok(CHECK, 'the active version has every segment that an expression names');
  return warning(
    CHECK,
    `the active version of "segments" lacks ids that expressions name: ${shorten(places)}`,
    'No customer is in these segments. The query segments returns the present ids; change the rules with upsertMerchandisingRule.',
  );
}

async function readActiveIds(artefacts: Platform['artefacts']): Promise<ReadonlySet<string>> {
  const active = await artefacts.active('segments');
  if (active === null) return new Set();
  return new Set(decodeSegments(await artefacts.load(active.id)).segments.map(({ id }) => String(id)));
}

function shorten(places: readonly string[]): string {
  const more = places.length - MAX_PLACES;
  return [...places.slice(0, MAX_PLACES), ...(more > 0 ? [`${more} more`] : [])].join('; ');
}
