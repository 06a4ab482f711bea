import { lookup as resolve } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Networks } from '../../platform/networks';
import { isPublicAddress } from './public-address';

/** From looking up the name to the answer's status. */
const ANSWER_MS = 10_000;
/** Of the answer's body, which nobody reads, so much is taken before the connection is cut. */
const MAX_BYTES = 65_536;

/**
 * Posts JSON, without following redirects. The name is looked up once: every address it has must be public or allowed, and
 * the connection goes to one of those, so that it can't be another one by the time that it is made.
 * @returns the answer's status; 101 too is one, and what it would switch to is not spoken
 * @throws Error where there is no answer in time, or an address is not to be spoken to
 */
export function postJson(
  url: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
  allowed: Pick<Networks, 'have'>,
): Promise<number> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const mayReach = (address: string) => isPublicAddress(address) || allowed.have(address);
  const lookup: LookupFunction = (name, options, callback) => {
    resolve(name, { all: true, family: options.family }, (error, addresses) => {
      const refused = addresses?.find(({ address }) => !mayReach(address));
      if (error) return callback(error, '', 0);
      if (refused) return callback(new Error(refusal(refused.address)), '', 0);
      if (options.all) return callback(null, addresses);
      callback(null, addresses[0].address, addresses[0].family);
    });
  };
  return new Promise((resolved, reject) => {
    // An address needs no looking up, and so would not be looked at.
    if (isIP(host) !== 0 && !mayReach(host)) return reject(new Error(refusal(host)));
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        agent: false,
        lookup,
        signal: AbortSignal.timeout(ANSWER_MS),
      },
      (response) => {
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MAX_BYTES) response.destroy();
        });
        // The status has come: what becomes of the rest is nobody's concern.
        response.on('error', () => undefined);
        resolved(response.statusCode ?? 0);
      },
    );
    request.on('upgrade', (response, socket) => {
      socket.destroy();
      resolved(response.statusCode ?? 0);
    });
    request.on('error', (error) =>
      reject(error.name === 'AbortError' ? new Error(`no answer within ${ANSWER_MS / 1_000} s`) : error),
    );
    // Whatever else may end it without a word.
    request.on('close', () => reject(new Error('the connection was closed without an answer')));
    request.end(body);
  });
}

function refusal(address: string): string {
  return `${address} is not a public address, and WEBHOOK_NETWORKS does not allow it`;
}
