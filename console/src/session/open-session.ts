import { type Client, type ConnectionState, createClient, graphql, RequestError } from '@freshet/client';
import { setTimeZone } from '../ui/format';
import type { ConsoleScope } from './session';

const Who = graphql('query Who { viewer { scope } }');
const ShopTime = graphql(`
  query ShopTime($now: DateTime!) {
    businessReport(from: $now, to: $now, compareTo: null) {
      timeZone
    }
  }
`);

export interface OpenedClient {
  readonly client: Client;
  readonly scope: ConsoleScope;
}

/**
 * Returns a client for a key. With an admin key, it sets the time zone of the pages.
 * @throws RequestError if the key is unknown, revoked, or neither an admin key nor that of an operator
 */
export async function openClient(
  apiKey: string,
  onConnection: (state: ConnectionState) => void,
): Promise<OpenedClient> {
  // A header can't contain other characters, and the browser's error would name the header instead of the key.
  if (!/^[\x21-\x7e]+$/.test(apiKey))
    throw new RequestError('The key is invalid: a key consists of letters, digits, - and _.', 'UNAUTHENTICATED');
  const client = createClient({ apiKey, onConnection });
  const { viewer } = await client.request(Who, {});
  if (viewer.scope === 'ADMIN') {
    const { businessReport } = await client.request(ShopTime, { now: new Date().toISOString() });
    if (businessReport !== null) setTimeZone(businessReport.timeZone);
    return { client, scope: viewer.scope };
  }
  // The key of an operator can't read the time zone of the shop: times are in that of the browser.
  if (viewer.scope === 'OPERATOR') return { client, scope: viewer.scope };
  client.close();
  const message = `This is a ${viewer.scope.toLowerCase()} key. The console needs an admin key or an operator key.`;
  throw new RequestError(message, 'FORBIDDEN');
}
