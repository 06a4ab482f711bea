import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, getOperationAST, Kind, type OperationDefinitionNode } from 'graphql';
import { describeSpan } from '../platform/tracing';
import type { Context } from './context';

/** Who wants to know how operations go. */
export interface OperationObserver {
  /** One over HTTP or WebSocket has been answered; `codes` are those of its errors. */
  answered(operation: Observed, seconds: number, codes: readonly string[]): void;
  /** One has been subscribed to. @returns to be called when it is over, once or more often */
  subscribed(operation: Observed): () => void;
}

export interface Observed {
  readonly type: 'query' | 'mutation' | 'subscription' | 'invalid';
  /** The root field; `several` of more than one, `none` where there is no operation to carry out. */
  readonly field: string;
}

/** Has to be a valid one: what clients invent would be names without end. */
export function observed(operation: OperationDefinitionNode | null | undefined): Observed {
  if (!operation) return { type: 'invalid', field: 'none' };
  const [selection, ...others] = operation.selectionSet.selections;
  const field = others.length > 0 || selection.kind !== Kind.FIELD ? 'several' : selection.name.value;
  return { type: operation.operation, field };
}

export function observedIn(document: DocumentNode, operationName?: string | null): Observed {
  return observed(getOperationAST(document, operationName));
}

/** Operations over HTTP that GraphQL is run for. */
export function observeHttp(observer: OperationObserver): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => {
      const began = performance.now();
      return {
        willSendResponse: async ({ operation, response }) => {
          const errors = response.body.kind === 'single' ? (response.body.singleResult.errors ?? []) : [];
          const seconds = (performance.now() - began) / 1_000;
          const codes = codesOf(errors);
          observer.answered(observed(operation), seconds, codes);
          describeOperation(observed(operation), codes);
        },
      };
    },
  };
}

/** Of the span under way, in OpenTelemetry's names for GraphQL. */
export function describeOperation({ type, field }: Observed, codes: readonly string[]): void {
  const attributes = { 'graphql.operation.type': type, 'freshet.field': field, 'freshet.errors': [...codes] };
  describeSpan(`${type} ${field}`, attributes, codes.length > 0);
}

export function codesOf(errors: readonly { readonly extensions?: Record<string, unknown> }[]): string[] {
  return errors.map(({ extensions }) => (typeof extensions?.code === 'string' ? extensions.code : 'INTERNAL'));
}
