import { lookup as resolve } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Networks } from '../networks';
import { isPublicAddress } from './public-address';

/** Timeout from the DNS look-up to the status of the response. */
const RESPONSE_TIMEOUT_MS = 10_000;
/** The response body is ignored. The connection is closed after this many bytes of it. */
const MAX_RESPONSE_BYTES = 65_536;

/**
 * Posts JSON without following redirects. The host name is resolved once. All its addresses must be public or allowed,
 * and the connection uses one of them, so a second look-up can't return another address (DNS rebinding).
 * @param allowed networks that may be contacted although they are not public
 * @returns the status of the response. A switch of the protocol (status 101) is not carried out.
 * @throws Error if there is no response in time, or if an address is not allowed
 */
export function postJson(
  url: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
  allowed: Pick<Networks, 'contains'>,
): Promise<number> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const mayReach = (address: string) => isPublicAddress(address) || allowed.contains(address);
  const lookup: LookupFunction = (name, options, callback) => {
    resolve(name, { all: true, family: options.family }, (error, addresses) => {
      const refused = addresses?.find(({ address }) => !mayReach(address));
      if (error) return callback(error, '', 0);
      if (refused) return callback(new Error(blockedAddressMessage(refused.address)), '', 0);
      if (options.all) return callback(null, addresses);
      const { address, family } = addresses[0]!;
      callback(null, address, family);
    });
  };
  return new Promise((resolveStatus, reject) => {
    // A literal address is not resolved, so `lookup` would not check it.
    if (isIP(host) !== 0 && !mayReach(host)) return reject(new Error(blockedAddressMessage(host)));
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        agent: false,
        lookup,
        signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS),
      },
      (response) => {
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MAX_RESPONSE_BYTES) response.destroy();
        });
        // Only the status matters; errors in the rest of the response are ignored.
        response.on('error', () => undefined);
        resolveStatus(response.statusCode ?? 0);
      },
    );
    request.on('upgrade', (response, socket) => {
      socket.destroy();
      resolveStatus(response.statusCode ?? 0);
    });
    request.on('error', (error) =>
      reject(error.name === 'AbortError' ? new Error(`no answer within ${RESPONSE_TIMEOUT_MS / 1_000} s`) : error),
    );
    // The connection may also close without an error event.
    request.on('close', () => reject(new Error('the connection was closed without an answer')));
    request.end(body);
  });
}

function blockedAddressMessage(address: string): string {
  return `${address} is not a public address; WEBHOOK_NETWORKS must allow it`;
}
