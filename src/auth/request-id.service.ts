import type { Pool } from '../platform/postgres';
import {
  AD_TOKEN_KEY,
  adTokenKeys,
  isAdTokenFor,
  isLikeAdToken,
  openAdToken,
  sealAdToken,
  type AdTokenContent,
  type AdTokenKeys,
} from './ad-token';
import type { Identity } from './identity';
import { decodeRequestId, encodeRequestId, isRequestIdOf, type RequestIdContent } from './request-id';
import { readSettingsWithPrefix, readStoredSecret } from '../platform/stored-secret';

/** The name of the secret in `settings`. */
export const REQUEST_ID_SECRET = 'request_id_secret';
/** A storefront may use an id for this long. */
const MAX_AGE_MS = 30 * 86_400_000;

/**
 * Issues and verifies the `requestId` of lists and searches, and the tokens of ads, which are used like one, with secrets
 * that all processes of the shop share.
 */
export class RequestIds {
  private secret: Buffer | undefined;
  private adKeys: AdTokenKeys = new Map();

  constructor(private readonly pool: Pool) {}

  /** Loads the secrets. Must be called once, before any other method. */
  async start(): Promise<void> {
    this.secret = await readStoredSecret(this.pool, REQUEST_ID_SECRET);
    await readStoredSecret(this.pool, `${AD_TOKEN_KEY}1`);
    this.adKeys = adTokenKeys(await readSettingsWithPrefix(this.pool, AD_TOKEN_KEY));
  }

  /** Issues the token of an ad for a product, which is shown to a customer or session. */
  issueAd(content: AdTokenContent, who: Identity, productId: string): string {
    return sealAdToken(this.adKeys, content, who, productId);
  }

  /**
   * Issues the id of a list. By default, the list is computed now.
   * @param who the customer or session that the list is for. Without either, the id is valid for every visit
   * @param seed see {@link encodeRequestId}: of simulated visits, which are generated again with the same ids
   */
  issue(content: Omit<RequestIdContent, 'at'> & { readonly at?: number }, who: Identity, seed?: string): string {
    return encodeRequestId(this.loadedSecret(), { at: Date.now(), ...content }, who, seed);
  }

  /** Returns the content of an id that this shop has issued; undefined for any other text. */
  read(id: string): RequestIdContent | undefined {
    return decodeRequestId(this.loadedSecret(), id);
  }

  /** Returns whether this shop has issued the id of a list, or the token of an ad, in the last 30 days to this customer or session, or to every visit. */
  isIssuedTo(id: string, who: Identity): boolean {
    if (isLikeAdToken(id)) {
      const token = openAdToken(this.adKeys, id);
      return token !== undefined && token.issuedAt >= Date.now() - MAX_AGE_MS && isAdTokenFor(token, who);
    }
    const issued = this.read(id);
    return issued !== undefined && issued.at >= Date.now() - MAX_AGE_MS && isRequestIdOf(this.loadedSecret(), id, who);
  }

  private loadedSecret(): Buffer {
    if (this.secret === undefined) throw new Error('The secret of request ids has not been loaded.');
    return this.secret;
  }
}
