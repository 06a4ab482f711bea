import { type Fetcher, type FetcherParams, type FetcherReturnType } from '@graphiql/toolkit';
import { getOperationAST, OperationTypeNode, stripIgnoredCharacters } from 'graphql';
import { createClient } from 'graphql-ws';

const ENDPOINT = '/graphql';

type Headers = Readonly<Record<string, string>>;

/**
 * Sends queries and mutations over HTTP with the headers from the editor, and subscriptions over WebSocket with the key
 * and the token from those headers as connection parameters.
 */
export const fetcher: Fetcher = (operation, { headers, documentAST } = {}) => {
  const asked = documentAST && getOperationAST(documentAST, operation.operationName);
  const send = asked?.operation === OperationTypeNode.SUBSCRIPTION ? subscribe : request;
  // Before a key is entered, only short documents are answered.
  const isSchema = operation.operationName === 'IntrospectionQuery';
  const sent = isSchema ? { ...operation, query: stripIgnoredCharacters(operation.query) } : operation;
  // GraphiQL types errors as the server's objects, not as the JSON that arrives.
  return send(sent, headers ?? {}) as FetcherReturnType;
};

async function request(operation: FetcherParams, headers: Headers): Promise<unknown> {
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify(operation),
  });
  return response.json();
}

/** Opens a connection for each subscription, because the key may have changed since the last one. */
async function* subscribe({ query, operationName, ...rest }: FetcherParams, headers: Headers): AsyncIterable<unknown> {
  const variables = rest.variables as Record<string, unknown> | undefined;
  const byName = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const { protocol, host } = globalThis.location;
  const client = createClient({
    url: `${protocol.replace('http', 'ws')}//${host}${ENDPOINT}`,
    connectionParams: { apiKey: byName['x-api-key'], authorization: byName.authorization },
  });
  try {
    yield* client.iterate({ query, variables, operationName });
  } finally {
    await client.dispose();
  }
}
