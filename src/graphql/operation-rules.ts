import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { spentBy } from '../expressions/budget';
import type { Context } from './context';
import { ApiError } from './errors';
import type { ServerLimits } from './limits';
import { costOf } from './operation-cost';
import { type OperationSize, measureOperation } from './operation-size';
import type { RateLimit } from './rate-limit';
import { requireScope } from './enforce-scopes';

/** The standard introspection query has a depth of 13. graphql-js itself rejects circular introspection queries. */
const MAX_INTROSPECTION_DEPTH = 20;

/** Steps of expressions per unit of cost: a step takes ten nanoseconds, a unit stands for about a microsecond. */
const STEPS_PER_UNIT = 100;

/** The sizes of operations, because the same parsed documents are used again and again. */
const cachedSizes = new WeakMap<OperationDefinitionNode, OperationSize>();

export interface OperationRules {
  readonly limits: Pick<ServerLimits, 'maxDepth' | 'maxFields' | 'maxRootFields' | 'maxAliases' | 'maxCost'>;
  /** Whether introspection is allowed without an admin key. */
  readonly openIntrospection: boolean;
  readonly rates: RateLimit;
}

/**
 * Checks the rules for an operation on HTTP or WebSocket, after validation and before execution.
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
  { viewer, address }: Pick<Context, 'viewer' | 'address'>,
): void {
  const { schema, document, operation, variables } = request;
  const measure = cachedSizes.get(operation) ?? measureOperation(document, operation);
  cachedSizes.set(operation, measure);
  const { limits, rates } = rules;
  requireWithin('deep', 'levels', measure.depth, limits.maxDepth);
  requireWithin('deep', 'levels of introspection', measure.introspectionDepth, MAX_INTROSPECTION_DEPTH);
  requireWithin('large', 'fields', measure.fields, limits.maxFields);
  requireWithin('wide', 'root fields', measure.rootFields, limits.maxRootFields);
  requireWithin('large', 'aliases', measure.aliases, limits.maxAliases);
  const cost = costOf(schema, document, operation, variables);
  requireWithin('costly', 'units', cost, limits.maxCost);
  if (measure.introspectionDepth > 0 && !rules.openIntrospection) requireScope(viewer, 'ADMIN', 'Introspection');
  rates.charge(viewer, address, cost);
}

/** Charges the work of expressions, which is known only after an operation has been executed. */
export function chargeExpressionWork({ rates }: OperationRules, context: Pick<Context, 'viewer' | 'address'>): void {
  rates.chargeAfterwards(context.viewer, context.address, spentBy(context) / STEPS_PER_UNIT);
}

function requireWithin(how: string, unit: string, size: number, limit: number): void {
  if (size > limit)
    throw new ApiError(
      'TOO_COMPLEX',
      `The operation is too ${how}: it has ${size} ${unit}; at most ${limit} are allowed.`,
    );
}
