import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Viewer } from './context';
import { ApiError } from './errors';
import type { ServerLimits } from './limits';
import { costOf } from './operation-cost';
import { type Measure, measureOperation } from './operation-measure';
import { demand } from './scope-gate';

/** The standard introspection query is 13 deep; graphql-js by itself refuses the circular ones. */
const MAX_INTROSPECTION_DEPTH = 20;

/** Documents are parsed once and kept: so is their measure. */
const measured = new WeakMap<OperationDefinitionNode, Measure>();

export interface OperationRules {
  readonly limits: Pick<ServerLimits, 'maxDepth' | 'maxFields' | 'maxRootFields' | 'maxAliases' | 'maxCost'>;
  /** Whether anybody may read the schema; else it takes an admin key. */
  readonly openIntrospection: boolean;
}

/**
 * What every operation has to satisfy after validation and before execution, the same on HTTP and WebSocket.
 * @throws ApiError TOO_COMPLEX, or UNAUTHENTICATED or FORBIDDEN for introspection
 */
export function checkOperation(
  rules: OperationRules,
  asked: {
    readonly schema: GraphQLSchema;
    readonly document: DocumentNode;
    readonly operation: OperationDefinitionNode;
    readonly variables: Readonly<Record<string, unknown>>;
  },
  viewer: Viewer | null,
): void {
  const { schema, document, operation, variables } = asked;
  const measure = measured.get(operation) ?? measureOperation(document, operation);
  measured.set(operation, measure);
  const { limits } = rules;
  within('deep', 'levels', measure.depth, limits.maxDepth);
  within('deep', 'levels of introspection', measure.introspectionDepth, MAX_INTROSPECTION_DEPTH);
  within('large', 'fields', measure.fields, limits.maxFields);
  within('wide', 'root fields', measure.rootFields, limits.maxRootFields);
  within('large', 'aliases', measure.aliases, limits.maxAliases);
  within('costly', 'fields in its answer', costOf(schema, document, operation, variables), limits.maxCost);
  if (measure.introspectionDepth > 0 && !rules.openIntrospection) demand(viewer, 'ADMIN', 'Introspection');
}

function within(how: string, unit: string, size: number, limit: number): void {
  if (size > limit)
    throw new ApiError('TOO_COMPLEX', `The operation is too ${how}: ${size} ${unit}, ${limit} are allowed`);
}
