import type { ClientRequestArgs } from 'node:http';
import WebSocket from 'ws';
import type { Door } from './create-streams';
import { keepAliveAgent, post } from './post';

/** A visit to a shop from an address, by the token of a customer or of a session. */
export interface Visit {
  /** The address of the client, as a proxy on this machine reports it. */
  readonly address: string;
  readonly authorization: string;
  readonly customerId?: string;
}

export function headersOf({ address, authorization }: Visit): Readonly<Record<string, string>> {
  return { 'x-forwarded-for': address, authorization };
}

/** Returns the class of sockets from an address. */
export function socketFrom(address: string) {
  return class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[], options?: ClientRequestArgs) {
      super(url, protocols, { ...options, headers: { 'x-forwarded-for': address } });
    }
  };
}

/** Signs in customers at an address. The key of the door is that of an administrator. */
export async function signIn(
  { port, adminKey }: Door,
  address: string,
  customerIds: readonly string[],
): Promise<Visit[]> {
  const agent = keepAliveAgent(10);
  const query = 'mutation($c: ID!, $s: ID) { issueCustomerToken(input: { customerId: $c, sessionId: $s }) { token } }';
  const visits = await Promise.all(
    customerIds.map(async (customerId) => {
      const variables = { c: customerId, s: `visit of ${customerId}` };
      const answer = await post(port, adminKey, agent, JSON.stringify({ query, variables }));
      const token = /"token":"([^"]+)"/.exec(answer)?.[1];
      if (token === undefined) throw new Error(`no token was issued: ${answer.slice(0, 300)}`);
      return { address, authorization: `Bearer ${token}`, customerId };
    }),
  );
  agent.destroy();
  return visits;
}
