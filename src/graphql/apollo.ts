import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, type GraphQLSchema, OperationTypeNode } from 'graphql';
import { noteParts } from './answers';
import type { Context } from './context';
import { formatError } from './error-format';
import { ApiError } from './errors';
import { HTTP_STATUS } from './http-status';
import { observeHttp, type OperationObserver } from './operation-observer';
import { checkOperation, type OperationRules, settle } from './operation-rules';

/** The operation's rules where Apollo can answer for them: after validation, before execution. */
function operationRules(rules: OperationRules): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ schema, document, operation, request, contextValue }) => {
        if (operation === undefined) return;
        try {
          if (operation.operation === OperationTypeNode.SUBSCRIPTION)
            throw new ApiError('BAD_USER_INPUT', 'Subscriptions are for WebSocket');
          const variables = request.variables ?? {};
          checkOperation(rules, { schema, document, operation, variables }, contextValue);
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          throw new GraphQLError(error.message, {
            extensions: { ...error.extensions, http: { status: HTTP_STATUS[error.code] } },
          });
        }
      },
      willSendResponse: async ({ contextValue }) => settle(rules, contextValue),
    }),
  };
}

/**
 * GraphQL over HTTP: to a client that accepts `application/json` and not `application/graphql-response+json`, a request
 * that was well-formed HTTP is answered 200, whatever is wrong with the GraphQL in it.
 * https://graphql.github.io/graphql-over-http/draft/#sec-application-json
 */
const plainJsonStatus: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ request, response, source }) => {
      const accept = request.http?.headers.get('accept') ?? '';
      const plain = accept.includes('application/json') && !accept.includes('application/graphql-response+json');
      if (plain && source !== undefined && response.http.status === 400) response.http.status = 200;
    },
  }),
};

/** How long to wait, where an error says so, also as the header that HTTP has for it. */
const retryAfter: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ response }) => {
      const errors = response.body.kind === 'single' ? response.body.singleResult.errors : undefined;
      const waits = (errors ?? []).map(({ extensions }) => extensions?.retryAfterMs);
      const longest = Math.max(...waits.filter((wait) => typeof wait === 'number'));
      if (Number.isFinite(longest)) response.http.headers.set('retry-after', String(Math.ceil(longest / 1_000)));
    },
  }),
};

export function createApollo(options: {
  readonly schema: GraphQLSchema;
  readonly log: Context['log'];
  readonly rules: OperationRules;
  readonly maxTokens: number;
  readonly observer: OperationObserver;
}): ApolloServer<Context> {
  const { schema, log, rules, maxTokens, observer } = options;
  return new ApolloServer<Context>({
    schema,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: !rules.openIntrospection,
    // Who may look at the schema is one of the operation's rules.
    introspection: true,
    parseOptions: { maxTokens },
    formatError: (_formatted, error) => formatError(error, log),
    plugins: [
      observeHttp(observer),
      operationRules(rules),
      plainJsonStatus,
      retryAfter,
      noteParts,
      ApolloServerPluginLandingPageDisabled(),
      // It looks at every field of every answer, to say in the end what the headers say anyway: no-store.
      ApolloServerPluginCacheControlDisabled(),
    ],
    logger: {
      debug: (message) => log.debug(String(message)),
      info: (message) => log.info(String(message)),
      warn: (message) => log.warn(String(message)),
      error: (message) => log.error(String(message)),
    },
  });
}
