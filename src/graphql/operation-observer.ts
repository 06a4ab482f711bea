import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, getOperationAST, Kind, type OperationDefinitionNode } from 'graphql';
import { describeSpan } from '../platform/tracing';
import type { Context } from './context';

/** Receives the operations of clients, for metrics. */
export interface OperationObserver {
  /** Called when an operation over HTTP or WebSocket has been answered, with the codes of its errors. */
  onAnswered(operation: ObservedOperation, seconds: number, codes: readonly string[]): void;
  /** Called when a subscription starts. @returns a function to call when it ends; it may be called more than once */
  onSubscribed(operation: ObservedOperation): () => void;
}

export interface ObservedOperation {
  readonly type: 'query' | 'mutation' | 'subscription' | 'invalid';
  /** The name of the root field; `several` if there are several, `none` if there is no valid operation. */
  readonly field: string;
}

/**
 * Returns the label of an operation for metrics. Pass only validated operations. Otherwise, clients could create any
 * number of labels with invented field names.
 */
function toObservedOperation(operation: OperationDefinitionNode | null | undefined): ObservedOperation {
  if (!operation) return { type: 'invalid', field: 'none' };
  const [selection, ...others] = operation.selectionSet.selections;
  const field = others.length > 0 || selection?.kind !== Kind.FIELD ? 'several' : selection.name.value;
  return { type: operation.operation, field };
}

export function observedOperationOf(document: DocumentNode, operationName?: string | null): ObservedOperation {
  return toObservedOperation(getOperationAST(document, operationName));
}

/** Observes operations over HTTP, except those that are answered from the response cache. */
export function observeHttp(observer: OperationObserver): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => {
      const began = performance.now();
      return {
        willSendResponse: async ({ operation, response }) => {
          const errors = response.body.kind === 'single' ? (response.body.singleResult.errors ?? []) : [];
          const seconds = (performance.now() - began) / 1_000;
          const codes = codesOf(errors);
          observer.onAnswered(toObservedOperation(operation), seconds, codes);
          describeOperation(toObservedOperation(operation), codes);
        },
      };
    },
  };
}

/**
 * Gives the active trace span the name of the operation, and sets its attributes. OpenTelemetry defines the attribute
 * `graphql.operation.type`.
 */
export function describeOperation({ type, field }: ObservedOperation, codes: readonly string[]): void {
  const attributes = { 'graphql.operation.type': type, 'freshet.field': field, 'freshet.errors': [...codes] };
  describeSpan(`${type} ${field}`, attributes, codes.length > 0);
}

export function codesOf(errors: readonly { readonly extensions?: Record<string, unknown> }[]): string[] {
  return errors.map(({ extensions }) => (typeof extensions?.code === 'string' ? extensions.code : 'INTERNAL'));
}
