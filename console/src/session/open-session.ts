import { type Client, type ConnectionState, createClient, graphql, RequestError } from '@freshet/client';
import { setTimeZone } from '../ui/format';

const Who = graphql('query Who { viewer { scope } }');
const ShopTime = graphql(`
  query ShopTime($now: DateTime!) {
    businessReport(from: $now, to: $now, compareTo: null) {
      timeZone
    }
  }
`);

/** Returns a client for an admin key, and sets the time zone of the pages. @throws RequestError if the key is unknown, revoked or not an admin key */
export async function openClient(apiKey: string, onConnection: (state: ConnectionState) => void): Promise<Client> {
  // A header can't contain other characters, and the browser's error would name the header instead of the key.
  if (!/^[\x21-\x7e]+$/.test(apiKey))
    throw new RequestError('The key is invalid: a key consists of letters, digits, - and _.', 'UNAUTHENTICATED');
  const client = createClient({ apiKey, onConnection });
  const { viewer } = await client.request(Who, {});
  if (viewer.scope === 'ADMIN') {
    const { businessReport } = await client.request(ShopTime, { now: new Date().toISOString() });
    if (businessReport !== null) setTimeZone(businessReport.timeZone);
    return client;
  }
  client.close();
  throw new RequestError(`This is a ${viewer.scope.toLowerCase()} key. The console needs an admin key.`, 'FORBIDDEN');
}
