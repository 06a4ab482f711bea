import { ProductConditionsService } from '../../catalog/product-conditions.service';
import { readActiveSegmentIds } from '../../customers/profiles/active-segment-ids';
import { NEW } from '../../customers/segments/assign-segment';
import { ApiError } from '../../graphql/errors';
import type { Platform } from '../../platform/connect';
import { ok, warning, type CheckResult } from '../../platform/checks';
import { NewerReleaseError } from '../../platform/release';
import type { Position } from '../../expressions/expression-fault';
import { readAlertRules } from '../../monitoring/alerts/alert.store';
import { segmentsInAlertRules } from '../../monitoring/alerts/compared-segments';
import { readStreamSegments } from '../../streams/compared-segments.service';
import { readWebhooks } from '../../webhooks/webhook.store';
import { readMerchandisingRules } from './merchandising.store';

const CHECK = 'segments in expressions';
const CHECK_OF_RULES = 'merchandising rules';
/** A report names at most this many places. */
const MAX_PLACES = 10;

/** A segment that a stored definition names. */
interface NamedSegment {
  readonly value: string;
  readonly where: string;
}

/**
 * Checks that the boosts of merchandising rules are valid, and that stored definitions name only segments of the active
 * version: these boosts, the expressions of streams, the alert rules on streams with a segment in their key, and
 * webhooks that receive changes of segments. `examine-audiences.ts` checks the conditions of audiences.
 */
export async function examineSegmentIds({
  pool,
  artefacts,
}: Pick<Platform, 'pool' | 'artefacts'>): Promise<CheckResult[]> {
  const { inBoosts, invalid } = await readBoostSegments(pool);
  const streams = await readStreamSegments(pool);
  const named: readonly NamedSegment[] = [
    ...inBoosts,
    ...streams.flatMap(({ stream, compared }) =>
      compared.map(({ value, path, position }) => ({ value, where: placeOf('stream', stream, path, position) })),
    ),
    ...segmentsInAlertRules(await readAlertRules(pool), streams).map(({ rule, value, path, position }) => ({
      value,
      where: placeOf('alert rule', rule, path, position),
    })),
    ...(await readWebhooks(pool))
      .filter(({ events }) => events.includes('SEGMENT_CHANGES'))
      .flatMap(({ id, segmentIds }) =>
        segmentIds.map((value) => ({ value, where: placeOf('webhook', id, 'segmentIds', null) })),
      ),
  ];
  return [describeInvalid(invalid), await compareWithActive(artefacts, named)];
}

/** Returns the segments that boosts compare with, and why the other boosts are invalid. */
async function readBoostSegments(pool: Platform['pool']) {
  const conditions = new ProductConditionsService({
    attributesOf: () => Promise.resolve(undefined),
    profileOf: () => Promise.resolve({}),
  });
  const invalid: string[] = [];
  const inBoosts = (await readMerchandisingRules(pool)).flatMap(({ id, boost }) => {
    try {
      return conditions.prepare({ boost }, 'ADMIN').comparedSegments.map(({ value, position }): NamedSegment => ({
        value,
        where: placeOf('merchandising rule', id, 'boost', position),
      }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      invalid.push(`merchandising rule ${JSON.stringify(id)}, ${error.message}`);
      return [];
    }
  });
  return { inBoosts, invalid };
}

function describeInvalid(invalid: readonly string[]): CheckResult {
  if (invalid.length === 0) return ok(CHECK_OF_RULES, 'their boosts are valid');
  const advice = 'Searches that such a rule applies to leave out its boost. Correct the rule, or delete it.';
  return warning(CHECK_OF_RULES, `invalid boosts: ${shorten(invalid)}`, advice);
}

async function compareWithActive(
  artefacts: Platform['artefacts'],
  named: readonly NamedSegment[],
): Promise<CheckResult> {
  if (named.length === 0) return ok(CHECK, 'nothing names a segment');
  let active: ReadonlySet<string>;
  try {
    active = await readActiveSegmentIds(artefacts);
  } catch (error) {
    if (!(error instanceof NewerReleaseError)) throw error;
    return warning(CHECK, `they can't be compared with the active version: ${error.message}`, 'Start that release.');
  }
  const places = named
    .filter(({ value }) => value !== NEW && !active.has(value))
    .map(({ value, where }) => `${JSON.stringify(value)} in ${where}`);
  if (places.length === 0) return ok(CHECK, 'the active version has every named segment');
  return warning(
    CHECK,
    `the active version of "segments" lacks these ids: ${shorten(places)}`,
    'No customer is in these segments. The query segments returns the present ids; change merchandising rules with upsertMerchandisingRule, streams with updateStream and alert rules with updateAlertRule. To replace a webhook, call createAlertWebhook, which returns a new secret, and then deleteAlertWebhook.',
  );
}

/** @param position null: the value is not part of an expression */
function placeOf(kind: string, id: string, path: string, position: Position | null): string {
  const place = `${kind} ${JSON.stringify(id)}, ${path}`;
  return position === null ? place : `${place}, line ${position.line}, column ${position.column}`;
}

function shorten(places: readonly string[]): string {
  const more = places.length - MAX_PLACES;
  return [...places.slice(0, MAX_PLACES), ...(more > 0 ? [`${more} more`] : [])].join('; ');
}
