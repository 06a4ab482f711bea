import type { PrismaClient } from '../platform/prisma';
import type { Identity } from './identity';
import { decodeRequestId, encodeRequestId, isRequestIdOf, type RequestIdContent } from './request-id';
import { readStoredSecret } from './stored-secret';

/** The name of the secret in `settings`. */
export const REQUEST_ID_SECRET = 'request_id_secret';
/** A storefront may use an id for this long. */
const MAX_AGE_MS = 30 * 86_400_000;

/** Issues and verifies the `requestId` of lists and searches, with a secret that all processes of the shop share. */
export class RequestIds {
  private secret: Buffer | undefined;

  constructor(
    private readonly prisma: Pick<PrismaClient, 'setting'>,
    private readonly now: () => number = Date.now,
  ) {}

  /** Loads the secret. Must be called once, before any other method. */
  async start(): Promise<void> {
    this.secret = await readStoredSecret(this.prisma, REQUEST_ID_SECRET);
  }

  /**
   * Issues the id of a list. By default, the list is computed now.
   * @param who the customer or session that the list is for. Without either, the id is valid for every visit
   * @param seed see {@link encodeRequestId}: of simulated visits, which are generated again with the same ids
   */
  issue(content: Omit<RequestIdContent, 'at'> & { readonly at?: number }, who: Identity, seed?: string): string {
    return encodeRequestId(this.loadedSecret(), { at: this.now(), ...content }, who, seed);
  }

  /** Returns the content of an id that this shop has issued; undefined for any other text. */
  read(id: string): RequestIdContent | undefined {
    return decodeRequestId(this.loadedSecret(), id);
  }

  /** Returns whether this shop has issued the id in the last 30 days to this customer or session, or to every visit. */
  isIssuedTo(id: string, who: Identity): boolean {
    const issued = this.read(id);
    return issued !== undefined && issued.at >= this.now() - MAX_AGE_MS && isRequestIdOf(this.loadedSecret(), id, who);
  }

  private loadedSecret(): Buffer {
    if (this.secret === undefined) throw new Error('The secret of request ids has not been loaded.');
    return this.secret;
  }
}
