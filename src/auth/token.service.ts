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
import type { PrismaClient } from '../platform/prisma';
import { ApiError } from '../graphql/errors';
import { type Identity } from './identity';
import { findIdFault } from '../graphql/id';
import { readStoredSecret } from './stored-secret';

export interface IssuedToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** The claims of a valid token. */
export interface TokenClaims extends Identity {
  /** Milliseconds since 1970. */
  readonly tokenExpiresAt: number;
}

export const SESSION_TOKEN_SECONDS = 30 * 86_400;
export const CUSTOMER_TOKEN_SECONDS = 86_400;

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
 * session. Issuer and audience contain the namespace, so that the tokens of one shop are invalid in another shop with
 * the same secret.
 */
export class TokenService {
  private readonly authority: string;
  private readonly shopKeys: JWTVerifyGetKey | undefined;
  private readonly verifiedClaims = new LRUCache<string, TokenClaims>({ max: 10_000, ttl: VERIFICATION_CACHE_MS });
  private secret: Promise<Uint8Array> | undefined;

  constructor(
    private readonly prisma: Pick<PrismaClient, 'setting'>,
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
    const issuedAt = Math.floor(this.now() / 1000);
    const expiresAt = issuedAt + lifetimeSeconds;
    const jwt = new SignJWT({ ...(identity.sessionId !== undefined && { sid: identity.sessionId }) })
      .setProtectedHeader({ alg: OWN_ALGORITHM, typ: 'JWT' })
      .setIssuer(this.authority)
      .setAudience(this.authority)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt);
    if (identity.customerId !== undefined) jwt.setSubject(identity.customerId);
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
    return claims;
  }

  private async verifyUncached(token: string): Promise<TokenClaims> {
    if (token.length > MAX_TOKEN_LENGTH)
      throw new ApiError('UNAUTHENTICATED', `The token is longer than ${MAX_TOKEN_LENGTH} characters`);
    try {
      return claimsOf(await this.payloadOf(token));
    } catch (error) {
      // A failure to fetch the shop's keys is a server error. All other errors mean that the token is invalid.
      if (error instanceof ApiError || !isTokenError(error)) throw error;
      throw new ApiError('UNAUTHENTICATED', tokenErrorMessage(error));
    }
  }

  private async payloadOf(token: string): Promise<JWTPayload> {
    const shared = { audience: this.authority, requiredClaims: ['exp'], currentDate: new Date(this.now()) };
    // The token's header is not trusted. It only selects Freshet's secret or the shop's public keys, and each has its
    // own list of allowed algorithms.
    if (algorithmOf(token) === OWN_ALGORITHM) {
      const own = { ...shared, issuer: this.authority, algorithms: [OWN_ALGORITHM] };
      return (await jwtVerify(token, await this.ownSecret(), own)).payload;
    }
    if (this.shopKeys === undefined) throw new errors.JOSEAlgNotAllowed('Only tokens of Freshet are accepted');
    const shop = { ...shared, requiredClaims: ['exp', 'sub'], algorithms: SHOP_ALGORITHMS };
    return (await jwtVerify(token, this.shopKeys, shop)).payload;
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
    return readStoredSecret(this.prisma, SECRET_SETTING);
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
