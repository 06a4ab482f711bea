import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { spentBy } from '../expressions/budget';
import type { Context } from './context';
import { ApiError } from './errors';
import type { ServerLimits } from './limits';
import { costOf } from './operation-cost';
import { type Measure, measureOperation } from './operation-measure';
import type { RateLimit } from './rate-limit';
import { demand } from './scope-gate';

/** The standard introspection query is 13 deep; graphql-js by itself refuses the circular ones. */
const MAX_INTROSPECTION_DEPTH = 20;

/** Of expressions: a step takes ten nanoseconds, a unit of cost about a microsecond. */
const STEPS_PER_UNIT = 100;

/** Documents are parsed once and kept: so is their measure. */
const measured = new WeakMap<OperationDefinitionNode, Measure>();

export interface OperationRules {
  readonly limits: Pick<ServerLimits, 'maxDepth' | 'maxFields' | 'maxRootFields' | 'maxAliases' | 'maxCost'>;
  /** Whether anybody may read the schema; else it takes an admin key. */
  readonly openIntrospection: boolean;
  readonly rates: RateLimit;
}

/**
 * What every operation has to satisfy after validation and before execution, the same on HTTP and WebSocket.
 * @throws ApiError TOO_COMPLEX, RATE_LIMITED, or UNAUTHENTICATED or FORBIDDEN for introspection
 */
export function checkOperation(
  rules: OperationRules,
  asked: {
    readonly schema: GraphQLSchema;
    readonly document: DocumentNode;
    readonly operation: OperationDefinitionNode;
    readonly variables: Readonly<Record<string, unknown>>;
  },
  { viewer, address }: Pick<Context, 'viewer' | 'address'>,
): void {
  const { schema, document, operation, variables } = asked;
  const measure = measured.get(operation) ?? measureOperation(document, operation);
  measured.set(operation, measure);
  const { limits, rates } = rules;
  within('deep', 'levels', measure.depth, limits.maxDepth);
  within('deep', 'levels of introspection', measure.introspectionDepth, MAX_INTROSPECTION_DEPTH);
  within('large', 'fields', measure.fields, limits.maxFields);
  within('wide', 'root fields', measure.rootFields, limits.maxRootFields);
  within('large', 'aliases', measure.aliases, limits.maxAliases);
  const cost = costOf(schema, document, operation, variables);
  within('costly', 'units', cost, limits.maxCost);
  if (measure.introspectionDepth > 0 && !rules.openIntrospection) demand(viewer, 'ADMIN', 'Introspection');
  rates.charge(viewer, address, cost);
}

/** Called when an operation has been executed: what its expressions took shows only then. */
export function settle({ rates }: OperationRules, context: Pick<Context, 'viewer' | 'address'>): void {
  rates.owe(context.viewer, context.address, spentBy(context) / STEPS_PER_UNIT);
}

function within(how: string, unit: string, size: number, limit: number): void {
  if (size > limit)
    throw new ApiError('TOO_COMPLEX', `The operation is too ${how}: ${size} ${unit}, ${limit} are allowed`);
}
