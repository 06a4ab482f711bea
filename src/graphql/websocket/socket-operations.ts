import {
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  subscribe,
} from 'graphql';
import { makeServer, type Server, type SubscribePayload } from 'graphql-ws';
import { type Authenticate, credentialsOfParams } from '../credentials';
import { inSpan, SpanKind } from '../../platform/tracing';
import { checkValues } from '../check-values';
import type { Context } from '../context';
import { withTimeout } from '../limits/with-timeout';
import { DocumentCache } from '../document-cache';
import { abortableIterable } from './abortable-iterable';
import { formatError } from '../error-format';
import { ApiError } from '../errors';
import type { ServerLimits } from '../limits/limits';
import { codesOf, describeOperation, observedOperationOf, type OperationObserver } from '../operation-observer';
import { checkOperation, type OperationRules } from '../limits/operation-rules';
import type { SocketSession } from './socket-session';

interface SocketContext extends Context {
  /** Ends the operation. */
  readonly finish: () => void;
}

/** Thrown if the key and the token can't be checked now, for example during a database outage. They may be valid. */
export class AuthenticationUnavailableError extends Error {}

/** Thrown if the visit has too many sockets. */
export class TooManySocketsError extends Error {}

/**
 * Implements the graphql-transport-ws protocol. It applies the same limits, scopes and error codes as Apollo's plugins
 * apply over HTTP.
 */
export function socketOperations(options: {
  readonly schema: GraphQLSchema;
  readonly authenticate: Authenticate;
  readonly rules: OperationRules;
  readonly limits: ServerLimits;
  readonly observer: OperationObserver;
}): Server<SocketSession> {
  const { schema, authenticate, rules, limits, observer } = options;
  const documents = new DocumentCache(schema, limits.maxTokens);

  function prepare(session: SocketSession, payload: SubscribePayload): ExecutionArgs | readonly GraphQLError[] {
    const document = documents.read(payload.query, session.limitKey());
    if (!('kind' in document)) return document;
    const operation = getOperationAST(document, payload.operationName);
    if (!operation)
      return [new ApiError('BAD_USER_INPUT', 'operationName must name one of the operations of the document.')];
    const request = { schema, document, operation, variables: payload.variables ?? {} };
    checkOperation(rules, request, session);
    const { variables, separatedItems } = checkValues(request);
    return {
      schema,
      document,
      operationName: payload.operationName,
      variableValues: variables,
      contextValue: { ...contextOf(session), separatedItems },
    };
  }

  return makeServer<Record<string, unknown>, SocketSession>({
    connectionInitWaitTimeout: limits.connectionInitTimeoutMs,

    onConnect: async ({ connectionParams, extra: session }) => {
      try {
        await session.open(authenticate, credentialsOfParams(connectionParams));
        return true;
      } catch (error) {
        if (error instanceof ApiError && error.code === 'UNAUTHENTICATED') return false;
        if (error instanceof TooManySocketsError) throw error;
        throw new AuthenticationUnavailableError('The credentials could not be checked', { cause: error });
      }
    },

    onSubscribe: ({ subscriptions, extra: session }, _id, payload) => {
      if (Object.keys(subscriptions).length > limits.maxOperationsPerSocket) {
        const message = `A socket may have at most ${limits.maxOperationsPerSocket} operations at a time.`;
        return [new ApiError('RATE_LIMITED', message, { retryAfterMs: 1_000 })];
      }
      try {
        return prepare(session, payload);
      } catch (error) {
        if (error instanceof ApiError) return [error];
        throw error;
      }
    },

    execute: async (args) => {
      const { finish, turns } = args.contextValue as SocketContext;
      const began = performance.now();
      const reportResult = (result: ExecutionResult) => {
        const seconds = (performance.now() - began) / 1_000;
        const operation = observedOperationOf(args.document, args.operationName);
        const codes = codesOf(result.errors ?? []);
        observer.onAnswered(operation, seconds, codes);
        describeOperation(operation, codes);
        return result;
      };
      try {
        return await inSpan('graphql', { kind: SpanKind.SERVER }, async () => {
          try {
            return reportResult(await withTimeout(Promise.resolve(execute(args)), limits.operationTimeoutMs, finish));
          } catch (error) {
            if (error instanceof ApiError) return reportResult({ errors: [error] });
            throw error;
          }
        });
      } finally {
        finish();
        // After the step that sends the answer.
        setTimeout(() => turns.settle(), 0);
      }
    },

    subscribe: async (args) => {
      const { signal, finish: finishOperation } = args.contextValue as SocketContext;
      const reportEnd = observer.onSubscribed(observedOperationOf(args.document, args.operationName));
      const finish = () => {
        reportEnd();
        finishOperation();
      };
      try {
        const result = await subscribe(args);
        if (Symbol.asyncIterator in result) return abortableIterable(result, signal, finish);
        finish();
        return result;
      } catch (error) {
        finish();
        // The empty path makes `formatError` report a server error. Without a path, it would report a client error.
        return { errors: [new GraphQLError('Subscribing failed', { path: [], originalError: error as Error })] };
      }
    },

    onNext: ({ extra: session }, _id, _payload, _args, result: ExecutionResult) => {
      if (result.errors === undefined) return unlessClosed(session, result);
      // If the result has no `data`, nothing was executed: the request itself is invalid.
      const errors = result.errors.map((error) => formatError(error, session.log, result.data === undefined));
      return unlessClosed(session, { ...result, errors });
    },

    onError: ({ extra: session }, _id, _payload, errors) => errors.map((error) => formatError(error, session.log)),
  });
}

/**
 * Converts the result to JSON only if its socket is still open then: results of many subscriptions that are ready at once
 * may follow a message that has terminated the socket, and each megabyte takes milliseconds to convert.
 */
export function unlessClosed(session: Pick<SocketSession, 'isOpen'>, result: object): ExecutionResult {
  return { toJSON: () => (session.isOpen ? result : null) } as ExecutionResult;
}

function contextOf(session: SocketSession): SocketContext {
  const operation = session.beginOperation();
  return {
    viewer: session.viewer,
    log: session.log,
    address: session.address,
    turns: session.turns,
    signal: operation.signal,
    finish: () => session.finishOperation(operation),
  };
}
