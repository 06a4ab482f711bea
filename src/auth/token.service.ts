import { randomUUID } from 'node:crypto';
import {
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
  SignJWT,
} from 'jose';
import { LRUCache } from 'lru-cache';
import type { Pool } from '../platform/postgres';
import type { PrismaClient } from '../platform/prisma';
import { ApiError } from '../graphql/errors';
import { type Identity } from './identity';
import { findIdFault } from '../graphql/id';
import { readStoredSecret } from '../platform/stored-secret';

export interface IssuedToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** The claims of a valid token. */
export interface TokenClaims extends Identity {
  /** The only order that the token shows. */
  readonly orderId?: string;
  /** The token of a guest: each that is issued for an order is another guest. */
  readonly guestId?: string;
  /** Milliseconds since 1970. */
  readonly tokenExpiresAt: number;
}

/** The claims of a signed token, which may have been revoked since. */
interface SignedClaims extends TokenClaims {
  /** Number of times that the tokens of the order had been revoked before this one was issued. */
  readonly generation?: number;
}

export const SESSION_TOKEN_SECONDS = 30 * 86_400;
export const CUSTOMER_TOKEN_SECONDS = 86_400;
export const ORDER_TOKEN_SECONDS = 30 * 86_400;

const OWN_ALGORITHM = 'HS256';
/**
 * The algorithms that a shop may sign with. Shared-key algorithms are excluded, because an attacker could otherwise use
 * a public key of the JWKS as the secret.
 */
const SHOP_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const SECRET_SETTING = 'token_secret';
/** After this time, the signature of a token is checked again, because the shop may have withdrawn the public key. */
const VERIFICATION_CACHE_MS = 60_000;
const MAX_TOKEN_LENGTH = 8_192;
const INVALID_JWT = 'The token is not a valid JWT';

export interface TokenOptions {
  readonly namespace: string;
  /** Signs Freshet's own tokens. By default a random secret is stored in the database for all processes of the shop. */
  readonly tokenSecret?: string;
  /**
   * URL of the shop's public keys if the shop signs customer tokens itself. The tokens need the claims `sub`, `exp` and
   * `aud` (`freshet:<namespace>`).
   */
  readonly tokenJwksUrl?: string;
}

/**
 * Issues and verifies the tokens that identify the visitor behind a storefront key: `sub` is the customer, `sid` the
 * session. The token of a guest names an order instead: `ord`, its generation `gen` and its own id `jti`. Issuer and
 * audience contain the namespace, so that the tokens of one shop are invalid in another shop with the same secret.
 */
export class TokenService {
  private readonly authority: string;
  private readonly shopKeys: JWTVerifyGetKey | undefined;
  private readonly verifiedClaims = new LRUCache<string, SignedClaims>({ max: 10_000, ttl: VERIFICATION_CACHE_MS });
  private secret: Promise<Uint8Array> | undefined;

  constructor(
    private readonly database: { readonly pool: Pool; readonly prisma: Pick<PrismaClient, 'orderTokenGeneration'> },
    private readonly options: TokenOptions,
    shopKeys?: JWTVerifyGetKey,
    private readonly now: () => number = Date.now,
  ) {
    this.authority = `freshet:${options.namespace}`;
    const { tokenJwksUrl } = options;
    this.shopKeys = shopKeys ?? (tokenJwksUrl === undefined ? undefined : createRemoteJWKSet(new URL(tokenJwksUrl)));
  }

  /** Issues a token with a new session for a visitor who is not signed in. */
  async startSession(): Promise<IssuedToken & { readonly sessionId: string }> {
    const sessionId = randomUUID();
    return { sessionId, ...(await this.issue({ sessionId }, SESSION_TOKEN_SECONDS)) };
  }

  async issue(identity: Identity, lifetimeSeconds: number): Promise<IssuedToken> {
    const { customerId, sessionId } = identity;
    return this.sign(
      { ...(customerId !== undefined && { sub: customerId }), ...(sessionId !== undefined && { sid: sessionId }) },
      lifetimeSeconds,
    );
  }

  /** Issues a token for a guest, who may read one order with it. */
  async issueForOrder(orderId: string, lifetimeSeconds: number): Promise<IssuedToken> {
    return this.sign({ ord: orderId, gen: await this.generationOf(orderId), jti: randomUUID() }, lifetimeSeconds);
  }

  /** Makes all tokens invalid that {@link issueForOrder} has issued for the order so far. */
  async revokeForOrder(orderId: string): Promise<void> {
    await this.database.prisma.orderTokenGeneration.upsert({
      where: { orderId },
      create: { orderId, generation: 1 },
      update: { generation: { increment: 1 } },
    });
  }

  private async generationOf(orderId: string): Promise<number> {
    return (await this.database.prisma.orderTokenGeneration.findUnique({ where: { orderId } }))?.generation ?? 0;
  }

  private async sign(claims: JWTPayload, lifetimeSeconds: number): Promise<IssuedToken> {
    const issuedAt = Math.floor(this.now() / 1000);
    const expiresAt = issuedAt + lifetimeSeconds;
    const jwt = new SignJWT(claims)
      .setProtectedHeader({ alg: OWN_ALGORITHM, typ: 'JWT' })
      .setIssuer(this.authority)
      .setAudience(this.authority)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt);
    return { token: await jwt.sign(await this.ownSecret()), expiresAt: new Date(expiresAt * 1000) };
  }

  /**
   * @throws ApiError UNAUTHENTICATED if the token is malformed or expired, or if neither Freshet nor the shop signed it
   *   for this namespace
   */
  async verify(token: string): Promise<TokenClaims> {
    const claims = this.verifiedClaims.get(token) ?? (await this.verifyUncached(token));
    if (claims.tokenExpiresAt <= this.now()) throw new ApiError('UNAUTHENTICATED', 'The token has expired');
    this.verifiedClaims.set(token, claims, { noUpdateTTL: true });
    const { generation, ...shown } = claims;
    if (shown.orderId !== undefined && (await this.generationOf(shown.orderId)) !== generation)
      throw new ApiError('UNAUTHENTICATED', 'The token is revoked');
    return shown;
  }

  private async verifyUncached(token: string): Promise<SignedClaims> {
    if (token.length > MAX_TOKEN_LENGTH)
      throw new ApiError('UNAUTHENTICATED', `The token is longer than ${MAX_TOKEN_LENGTH} characters`);
    try {
      const { payload, isOwn } = await this.payloadOf(token);
      return isOwn && payload.ord !== undefined ? claimsOfOrder(payload) : claimsOf(payload);
    } catch (error) {
      // A failure to fetch the shop's keys is a server error. All other errors mean that the token is invalid.
      if (error instanceof ApiError || !isTokenError(error)) throw error;
      throw new ApiError('UNAUTHENTICATED', tokenErrorMessage(error));
    }
  }

  private async payloadOf(token: string): Promise<{ readonly payload: JWTPayload; readonly isOwn: boolean }> {
    const shared = { audience: this.authority, requiredClaims: ['exp'], currentDate: new Date(this.now()) };
    // The token's header is not trusted. It only selects Freshet's secret or the shop's public keys, and each has its
    // own list of allowed algorithms.
    if (algorithmOf(token) === OWN_ALGORITHM) {
      const own = { ...shared, issuer: this.authority, algorithms: [OWN_ALGORITHM] };
      return { payload: (await jwtVerify(token, await this.ownSecret(), own)).payload, isOwn: true };
    }
    if (this.shopKeys === undefined) throw new errors.JOSEAlgNotAllowed('Only tokens of Freshet are accepted');
    const shop = { ...shared, requiredClaims: ['exp', 'sub'], algorithms: SHOP_ALGORITHMS };
    return { payload: (await jwtVerify(token, this.shopKeys, shop)).payload, isOwn: false };
  }

  private ownSecret(): Promise<Uint8Array> {
    this.secret ??= this.readSecret().catch((error: unknown) => {
      this.secret = undefined;
      throw error;
    });
    return this.secret;
  }

  private async readSecret(): Promise<Uint8Array> {
    if (this.options.tokenSecret !== undefined) return Buffer.from(this.options.tokenSecret, 'utf8');
    return readStoredSecret(this.database.pool, SECRET_SETTING);
  }
}

function algorithmOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).alg;
  } catch {
    throw new ApiError('UNAUTHENTICATED', INVALID_JWT);
  }
}

/**
 * Returns whether an error means that the token is invalid. jose's errors do, except those about fetching the shop's
 * keys.
 */
function isTokenError(error: unknown): error is errors.JOSEError {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return false;
  // jose throws its base class (code ERR_JOSE_GENERIC) if the response of the JWKS URL was not 200 or not JSON.
  return error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC';
}

function tokenErrorMessage(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired';
  if (error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid) return INVALID_JWT;
  if (error instanceof errors.JWTClaimValidationFailed && error.claim !== 'iss' && error.claim !== 'aud')
    return error.reason === 'missing' ? `The token has no ${error.claim}` : `The token's ${error.claim} is invalid`;
  return 'The token was not signed for this shop';
}

/** @param payload signed by Freshet, which signs only valid orders and generations */
function claimsOfOrder({ ord, gen, jti, exp }: JWTPayload): SignedClaims {
  return { orderId: ord as string, generation: gen as number, guestId: jti, tokenExpiresAt: (exp ?? 0) * 1000 };
}

function claimsOf(payload: JWTPayload): TokenClaims {
  const customerId = idClaim('sub', payload.sub);
  const sessionId = idClaim('sid', payload.sid);
  if (customerId === undefined && sessionId === undefined)
    throw new ApiError('UNAUTHENTICATED', 'The token has neither a customer (sub) nor a session (sid)');
  return {
    ...(customerId !== undefined && { customerId }),
    ...(sessionId !== undefined && { sessionId }),
    tokenExpiresAt: (payload.exp ?? 0) * 1000,
  };
}

function idClaim(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const fault = typeof value === 'string' ? findIdFault(name, value) : `${name} is not a string`;
  if (fault !== undefined || typeof value !== 'string') throw new ApiError('UNAUTHENTICATED', `The token's ${fault}`);
  return value;
}
