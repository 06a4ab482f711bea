import { ok, warning, type CheckResult } from '../../platform/checks';
import type { Platform } from '../../platform/connect';
import { inSnapshot, type PoolClient } from '../../platform/postgres';
import { NewerReleaseError } from '../../platform/release';
import { isNewActive } from '../../events/segment-history.store';
import { readActiveSegmentIds } from '../profiles/active-segment-ids';
import { NEW } from '../segments/assign-segment';
import {
  readAudienceCustomers,
  readCustomerIdsAfter,
  readMarkedCustomers,
  readMembershipsOf,
} from './audience-membership.store';
import { countAudienceMembers, readAudiences } from './audience.store';
import { computeMemberships, prepareAudiences, withoutMemberships, type PreparedAudience } from './prepare-audiences';

const CHECK = 'audiences';
/** A report names at most this many findings. */
const MAX_FINDINGS = 10;
/** The memberships of at most this many customers are computed again, in the order of ids. */
const MAX_RECOUNTED = 50_000;
const PAGE = 1_000;

/**
 * Checks that the conditions of audiences are valid and name only segments of the active version, and that the members
 * and the sizes equal a recount.
 */
export async function examineAudiences({
  pool,
  artefacts,
}: Pick<Platform, 'pool' | 'artefacts'>): Promise<CheckResult> {
  let active: ReadonlySet<string>;
  try {
    active = await readActiveSegmentIds(artefacts);
  } catch (error) {
    if (!(error instanceof NewerReleaseError)) throw error;
    return warning(CHECK, `they can't be compared with the active segments: ${error.message}`, 'Start that release.');
  }
  const { count, invalid, examined, wrong } = await inSnapshot(pool, async (client) => {
    const stored = await readAudiences(client);
    const faulty: string[] = [];
    const prepared = prepareAudiences(stored, new Map(), (id, { message, position: { line, column } }) =>
      faulty.push(`audience ${JSON.stringify(id)}, condition, line ${line}, column ${column}: ${message}`),
    );
    return {
      count: stored.length,
      invalid: faulty,
      examined: prepared,
      wrong: await findWrongMembers(client, prepared, await isNewActive(client)),
    };
  });
  if (count === 0) return ok(CHECK, 'there are none');
  if (invalid.length > 0) {
    const advice = 'Their members are no longer updated. Correct the condition with upsertAudience.';
    return warning(CHECK, `${invalid.length} conditions are invalid: ${shorten(invalid)}`, advice);
  }
  if (wrong.length > 0) {
    const advice =
      'Workers update audiences while they run. If one is running, store another condition and then this one.';
    return warning(CHECK, `they differ from a recount: ${shorten(wrong)}`, advice);
  }
  const places = examined.flatMap(({ id, prepared }) =>
    prepared.comparedSegments
      .filter(({ value }) => value !== NEW && !active.has(value))
      .map(
        ({ value, position: { line, column } }) =>
          `${JSON.stringify(value)} in audience ${JSON.stringify(id)}, condition, line ${line}, column ${column}`,
      ),
  );
  if (places.length > 0)
    return warning(
      CHECK,
      `the active version of "segments" lacks ids that conditions name: ${shorten(places)}`,
      'No customer is in these segments. The query segments returns the present ids; change the conditions with upsertAudience.',
    );
  const unfinished = examined.filter(({ cursor }) => cursor !== null).length;
  const state = unfinished > 0 ? `; all customers are being examined for ${unfinished} of them` : '';
  return ok(CHECK, `the members of ${count} equal a recount${state}`);
}

/** Returns a text for each audience whose members or size differ from a recount. */
async function findWrongMembers(
  client: PoolClient,
  audiences: readonly PreparedAudience[],
  newIsActive: boolean,
): Promise<string[]> {
  const members = await countAudienceMembers(client);
  const wrongSizes = audiences.flatMap(({ id, size, definition }) => {
    const counted = members.get(definition) ?? 0;
    return counted === size ? [] : [`${JSON.stringify(id)} has the size ${size}, and ${counted} members`];
  });
  const complete = audiences.filter(
    (audience) => audience.cursor === null && (!audience.prepared.readsSegment || audience.isNewActive === newIsActive),
  );
  const differences = new Map<number, number>();
  for (let [cursor, recounted] = ['', 0]; complete.length > 0 && recounted < MAX_RECOUNTED;) {
    const page = await readCustomerIdsAfter(client, cursor, PAGE);
    if (page.length === 0) break;
    [cursor, recounted] = [page.at(-1)!, recounted + page.length];
    const marked = await readMarkedCustomers(client, page);
    const settled = page.filter((id) => !marked.has(id));
    const definitions = complete.map(({ definition }) => definition);
    const stored = await readMembershipsOf(client, settled, definitions);
    const computed = computeMemberships(complete, await readAudienceCustomers(client, settled), newIsActive);
    for (const { definition } of [...withoutMemberships(stored, computed), ...withoutMemberships(computed, stored)])
      differences.set(definition, (differences.get(definition) ?? 0) + 1);
  }
  const wrongMembers = complete.flatMap(({ id, definition }) => {
    const customers = differences.get(definition);
    return customers === undefined ? [] : [`${JSON.stringify(id)} is wrong for ${customers} customers`];
  });
  return [...wrongSizes, ...wrongMembers];
}

function shorten(findings: readonly string[]): string {
  const more = findings.length - MAX_FINDINGS;
  return [...findings.slice(0, MAX_FINDINGS), ...(more > 0 ? [`${more} more`] : [])].join('; ');
}
