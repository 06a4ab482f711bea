import type { DocumentNode, GraphQLSchema, OperationDefinitionNode, OperationTypeNode } from 'graphql';
import type { Context } from '../context';
import { ApiError } from '../errors';
import type { ServerLimits } from './limits';
import { costOperation } from './operation-cost';
import type { Work } from './turns';
import { type OperationSize, measureOperation } from './operation-size';
import { requireScope } from '../enforce-scopes';

/**
 * Enough for the standard introspection query, whose depth is 13. graphql-js itself rejects introspection queries that
 * nest `fields` or similar lists three levels deep.
 */
const MAX_INTROSPECTION_DEPTH = 20;

/** The sizes of parsed operations. They are cached, because the same documents are used again and again. */
const cachedSizes = new WeakMap<OperationDefinitionNode, OperationSize>();

const WORK: Readonly<Record<OperationTypeNode, Work>> = { query: 'reading', mutation: 'writing', subscription: 'live' };

export interface OperationRules {
  readonly limits: Pick<ServerLimits, 'maxDepth' | 'maxFields' | 'maxRootFields' | 'maxAliases' | 'maxCost'>;
  /** Whether introspection is allowed without an admin key. */
  readonly openIntrospection: boolean;
}

/**
 * Checks that the operation obeys the rules, and charges its cost to the rate limit. Called for HTTP and WebSocket,
 * after validation and before execution.
 * @throws ApiError TOO_COMPLEX, RATE_LIMITED, or UNAUTHENTICATED or FORBIDDEN for introspection
 */
export function checkOperation(
  rules: OperationRules,
  request: {
    readonly schema: GraphQLSchema;
    readonly document: DocumentNode;
    readonly operation: OperationDefinitionNode;
    readonly variables: Readonly<Record<string, unknown>>;
  },
  { viewer, turns }: Pick<Context, 'viewer' | 'turns'>,
): void {
  const { schema, document, operation, variables } = request;
  const measure = cachedSizes.get(operation) ?? measureOperation(document, operation);
  cachedSizes.set(operation, measure);
  const { limits } = rules;
  requireWithin('deep', 'levels', measure.depth, limits.maxDepth);
  requireWithin('deep', 'levels of introspection', measure.introspectionDepth, MAX_INTROSPECTION_DEPTH);
  requireWithin('large', 'fields', measure.fields, limits.maxFields);
  requireWithin('wide', 'root fields', measure.rootFields, limits.maxRootFields);
  requireWithin('large', 'aliases', measure.aliases, limits.maxAliases);
  const { units, unmeasured } = costOperation(schema, document, operation, variables);
  requireWithin('costly', 'units', units, limits.maxCost);
  if (measure.introspectionDepth > 0 && !rules.openIntrospection) requireScope(viewer, 'ADMIN', 'Introspection');
  turns.pay(units, unmeasured, WORK[operation.operation]);
}

function requireWithin(how: string, unit: string, size: number, limit: number): void {
  if (size > limit)
    throw new ApiError(
      'TOO_COMPLEX',
      `The operation is too ${how}: it has ${size} ${unit}; at most ${limit} are allowed.`,
    );
}
