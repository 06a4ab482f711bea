import type { Networks } from '../../platform/networks';
import { VERSION } from '../../platform/version';
import { postJson } from './post.service';
import { signatureOf } from './signature';

/** What is sent, and to whom. */
export interface Signed {
  /** The same at every attempt. */
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  readonly payload: object;
}

/** How it went. */
export interface Sent {
  /** Null where nothing was answered. */
  readonly status: number | null;
  /** Null where it was taken: answered with a status from 200 to 299. */
  readonly error: string | null;
}

/** One attempt. Never throws. @param allowed networks that may be reached though they are not public */
export async function sendSigned({ id, url, secret, payload }: Signed, allowed: Pick<Networks, 'have'>): Promise<Sent> {
  const body = JSON.stringify(payload);
  const headers = {
    'user-agent': `Freshet/${VERSION}`,
    'idempotency-key': id,
    'freshet-signature': signatureOf(secret, body, Math.floor(Date.now() / 1_000)),
  };
  try {
    const status = await postJson(new URL(url), body, headers, allowed);
    const isTaken = status >= 200 && status < 300;
    const redirect = status >= 300 && status < 400 ? '; redirects are not followed' : '';
    return { status, error: isTaken ? null : `answered with status ${status}${redirect}` };
  } catch (error) {
    return { status: null, error: (error as Error).message };
  }
}
