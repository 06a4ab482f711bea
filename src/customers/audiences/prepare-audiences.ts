import { ExpressionFault } from '../../expressions/expression-fault';
import { profileValuesOf } from '../profiles/profile-values';
import { prepareAudienceCondition, type AudienceCondition } from './audience-condition';
import type { AudienceCustomerRow, Membership } from './audience-membership.store';
import type { StoredAudience } from './audience.store';

/** An audience with its compiled condition. */
export interface PreparedAudience extends StoredAudience {
  readonly prepared: AudienceCondition;
}

/**
 * Compiles the conditions of audiences.
 * @param known the compiled conditions by definition, null for an invalid one. Those that are missing are added, and
 *   those of other definitions are removed
 * @param onFault called once for each condition that this release finds invalid; its audience is left out
 */
export function prepareAudiences(
  audiences: readonly StoredAudience[],
  known: Map<number, AudienceCondition | null>,
  onFault: (id: string, fault: ExpressionFault) => void,
): PreparedAudience[] {
  const definitions = new Set(audiences.map(({ definition }) => definition));
  for (const definition of known.keys()) if (!definitions.has(definition)) known.delete(definition);
  return audiences.flatMap((audience) => {
    let prepared = known.get(audience.definition);
    if (prepared === undefined) {
      prepared = prepareUnlessFaulty(audience, onFault);
      known.set(audience.definition, prepared);
    }
    return prepared === null ? [] : [{ ...audience, prepared }];
  });
}

function prepareUnlessFaulty(
  { id, condition }: StoredAudience,
  onFault: (id: string, fault: ExpressionFault) => void,
): AudienceCondition | null {
  try {
    return prepareAudienceCondition(condition);
  } catch (error) {
    if (!(error instanceof ExpressionFault)) throw error;
    onFault(id, error);
    return null;
  }
}

/**
 * Returns the memberships of these customers, by the conditions.
 * @param isNewActive whether customers without an order are in the segment NEW
 */
export function computeMemberships(
  audiences: readonly Pick<PreparedAudience, 'definition' | 'prepared'>[],
  customers: readonly AudienceCustomerRow[],
  isNewActive: boolean,
): Membership[] {
  return customers.flatMap((row) => {
    if (row.isMerged) return [];
    const profile = profileValuesOf(row, isNewActive && row.profiling && !row.hasProfile);
    const customer = { id: row.id, attributes: row.attributes, profile };
    return audiences.flatMap(({ definition, prepared }) =>
      prepared.holds(customer) ? [{ definition, customerId: row.id }] : [],
    );
  });
}

/** Returns the memberships of the first list that are not in the second one. */
export function withoutMemberships(memberships: readonly Membership[], others: readonly Membership[]): Membership[] {
  const keyOf = ({ definition, customerId }: Membership) => `${definition} ${customerId}`;
  const keys = new Set(others.map(keyOf));
  return memberships.filter((membership) => !keys.has(keyOf(membership)));
}
