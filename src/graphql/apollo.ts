import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { type DocumentNode, GraphQLError, type GraphQLSchema, Kind, OperationTypeNode } from 'graphql';
import { recordRootFields } from './http/response-cache';
import { checkValues } from './check-values';
import type { Context } from './context';
import { DocumentStore } from './document-store';
import { formatError } from './error-format';
import { ApiError } from './errors';
import { HTTP_STATUS } from './http/http-status';
import { observeHttp, type OperationObserver } from './operation-observer';
import { clientKey } from './limits/client-limits';
import { rememberTurns, writeAnswer } from './limits/divide-work';
import { checkOperation, type OperationRules } from './limits/operation-rules';
import { refuseRepeatedFields } from './limits/repeated-fields';

/** Takes the place of a document that is refused before its validation. */
const NOT_VALIDATED: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] };

/**
 * Checks that an operation obeys the rules, charges its cost to the rate limit, and checks its values, after validation
 * and before execution.
 */
function enforceOperationRules(rules: OperationRules): ApolloServerPlugin<Context> {
  const documents = new DocumentStore();
  return {
    requestDidStart: async () => ({
      // Takes the place of Apollo's store, which knows of no clients.
      didResolveSource: async (request) => {
        const document = documents.get(request.source);
        if (document !== undefined) Object.assign(request, { document });
      },
      // Called for documents that are not in the store.
      parsingDidStart: async ({ contextValue }) => {
        contextValue.turns.beHeavy();
        await takeTurn(contextValue);
      },
      validationDidStart: async (request) => {
        await takeTurn(request.contextValue);
        request.contextValue.refusal ??= refuseRepeatedFields(request.document);
        if (request.contextValue.refusal !== undefined) {
          Object.assign(request, { document: NOT_VALIDATED });
          return undefined;
        }
        return async (errors) => {
          const { viewer, address } = request.contextValue;
          if (errors === undefined) documents.set(request.source, request.document, clientKey(viewer, address));
        };
      },
      didResolveOperation: async ({ schema, document, operation, request, contextValue }) => {
        try {
          if (contextValue.refusal !== undefined) throw contextValue.refusal;
          if (operation === undefined) return;
          if (operation.operation === OperationTypeNode.SUBSCRIPTION)
            throw new ApiError('BAD_USER_INPUT', 'Subscriptions require a WebSocket connection.');
          const variables = request.variables ?? {};
          checkOperation(rules, { schema, document, operation, variables }, contextValue);
          const checked = checkValues({ schema, document, operation, variables });
          request.variables = checked.variables;
          contextValue.separatedItems = checked.separatedItems;
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          throw new GraphQLError(error.message, {
            extensions: { ...error.extensions, http: { status: HTTP_STATUS[error.code] } },
          });
        }
      },
      willSendResponse: async ({ contextValue, response }) => {
        if (response.body.kind === 'single') rememberTurns(response.body.singleResult.data, contextValue.turns);
      },
    }),
  };
}

/** Waits for the client's turn. A refusal is remembered, because an error thrown in a hook would be an internal one. */
async function takeTurn(context: Context): Promise<void> {
  try {
    while (!context.turns.mayContinue) await context.turns.next();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    context.refusal = error;
  }
}

/**
 * Implements a rule of GraphQL over HTTP: a client that accepts `application/json` but not
 * `application/graphql-response+json` gets status 200 for every well-formed request, even if its GraphQL is invalid.
 * https://graphql.github.io/graphql-over-http/draft/#sec-application-json
 */
const plainJsonStatus: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ request, response, source }) => {
      const accept = request.http?.headers.get('accept') ?? '';
      const acceptsOnlyJson =
        accept.includes('application/json') && !accept.includes('application/graphql-response+json');
      if (acceptsOnlyJson && source !== undefined && response.http.status === 400) response.http.status = 200;
    },
  }),
};

/** Adds the HTTP header `Retry-After` with the longest `retryAfterMs` of the errors, in seconds. */
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
    // The operation rules decide which viewers may introspect the schema.
    introspection: true,
    parseOptions: { maxTokens },
    documentStore: null,
    stringifyResult: writeAnswer,
    formatError: (_formatted, error) => formatError(error, log),
    plugins: [
      observeHttp(observer),
      enforceOperationRules(rules),
      plainJsonStatus,
      retryAfter,
      recordRootFields,
      ApolloServerPluginLandingPageDisabled(),
      // The cache control plugin would visit every field of every response. Its only effect would be the header
      // `cache-control: no-store`, which `sendSecurityHeaders` sets anyway.
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
