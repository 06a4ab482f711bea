import { type Client, type ConnectionState, createClient, graphql, RequestError } from '@freshet/client';

const Who = graphql('query Who { viewer { scope } }');

/** @throws RequestError where the key is unknown, revoked, or may do too little */
export async function openClient(apiKey: string, onConnection: (state: ConnectionState) => void): Promise<Client> {
  // A header can't carry other characters; the browser's own complaint would name the header, not the key.
  if (!/^[\x21-\x7e]+$/.test(apiKey))
    throw new RequestError('A key has only letters, digits, - and _.', 'UNAUTHENTICATED');
  const client = createClient({ apiKey, onConnection });
  const { viewer } = await client.request(Who, {});
  if (viewer.scope === 'ADMIN') return client;
  client.close();
  throw new RequestError(`This is a ${viewer.scope.toLowerCase()} key. The console needs an admin key.`, 'FORBIDDEN');
}
