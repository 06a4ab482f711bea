import type { Networks } from '../networks';
import { VERSION } from '../platform/version';
import { postJson } from './post-json';
import { webhookHeaders } from './webhook-headers';

/** A signed request to a webhook. */
export interface SignedRequest {
  /** The id of the delivery, which is the same for every attempt. */
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  readonly payload: object;
}

export interface SendResult {
  /** The HTTP status of the response; null without a response. */
  readonly status: number | null;
  /** The reason of a failure; null for a status from 200 to 299. */
  readonly error: string | null;
}

/** Sends the request once; never throws. @param allowed networks that may be contacted although they are not public */
export async function sendSigned(
  { id, url, secret, payload }: SignedRequest,
  allowed: Pick<Networks, 'contains'>,
): Promise<SendResult> {
  const body = JSON.stringify(payload);
  try {
    const headers = { 'user-agent': `Freshet/${VERSION}`, ...webhookHeaders(id, secret, body, new Date()) };
    const status = await postJson(new URL(url), body, headers, allowed);
    const isSuccess = status >= 200 && status < 300;
    const redirect = status >= 300 && status < 400 ? '; redirects are not followed' : '';
    return { status, error: isSuccess ? null : `answered with status ${status}${redirect}` };
  } catch (error) {
    return { status: null, error: (error as Error).message };
  }
}
