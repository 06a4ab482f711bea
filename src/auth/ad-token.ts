import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';
import type { Identity } from './identity';

/** What an advertiser pays for: a click (CPC) or an impression (CPM, priced by the thousand). */
export const AD_BID_KINDS = ['CPC', 'CPM'] as const;
export type AdBidKind = (typeof AD_BID_KINDS)[number];

/** What the token of a shown ad states. Only the shop's processes can read it. */
export interface AdTokenContent {
  /** The decision that placed the ad: 16 hexadecimal digits. */
  readonly decision: string;
  /** From 1. */
  readonly slot: number;
  /** The number of the line item. */
  readonly lineItem: number;
  readonly bidKind: AdBidKind;
  /** Whether the ad was drawn at random, outside the auction. */
  readonly isExploration: boolean;
  /** Price of a click (CPC) or of one impression (CPM), in millionths of the placement's currency. */
  readonly price: number;
  /** Predicted probability of a click in this slot. */
  readonly probability: number;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  readonly placement: string;
}

/** The content of a token and what it is bound to. */
export interface OpenedAdToken extends AdTokenContent {
  readonly visitHash: string;
  readonly productHash: string;
}

/** Keys of AES-256, by key id (1 to 255). Tokens are issued with the highest id. */
export type AdTokenKeys = ReadonlyMap<number, Buffer>;

/** The names of the keys in `settings`: this text and the key id. */
export const AD_TOKEN_KEY = 'ad_token_key_';

/** @param settings the rows of `settings` whose names begin with {@link AD_TOKEN_KEY} */
export function adTokenKeys(settings: readonly { readonly name: string; readonly value: string }[]): AdTokenKeys {
  return new Map(
    settings.map(({ name, value }) => [Number(name.slice(AD_TOKEN_KEY.length)), Buffer.from(value, 'base64')]),
  );
}

/** The first byte. It differs from that of every `requestId` of a list, and makes each token begin with {@link AD_TOKEN_PREFIX}. */
const FORMAT = 0xa0;
/** The first character of every token. */
export const AD_TOKEN_PREFIX = 'o';
const HEAD_BYTES = 2;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HASH_BYTES = 6;
const FIXED_BYTES = 43;
const MAX_BYTES = 150;
/** The lengths of tokens, in characters. */
export const AD_TOKEN_LENGTHS = { min: 97, max: 200 };
const BASE64URL = /^[\w-]{97,200}$/;
const CIPHER = 'aes-256-gcm';

/**
 * Encrypts and authenticates the token of a shown ad with AES-256-GCM (NIST SP 800-38D). It has at most 200 characters
 * of base64url and is bound to the visit and the product.
 * @param who the customer or session that the ad is shown to; one of them is required
 */
export function sealAdToken(keys: AdTokenKeys, content: AdTokenContent, who: Identity, productId: string): string {
  const keyId = Math.max(...keys.keys());
  const head = Buffer.of(FORMAT, keyId);
  const placement = Buffer.from(content.placement);
  const body = Buffer.alloc(FIXED_BYTES + placement.length);
  body[0] = AD_BID_KINDS.indexOf(content.bidKind) | (content.isExploration ? 0x80 : 0);
  body.writeUIntBE(content.issuedAt, 1, 6);
  body.write(content.decision, 7, 8, 'hex');
  body[15] = content.slot;
  body.writeUInt32BE(content.lineItem, 16);
  body.writeUIntBE(content.price, 20, 6);
  body.writeFloatBE(content.probability, 26);
  body.write(visitHashesOf(who)[0]!, 30, HASH_BYTES, 'hex');
  body.write(productHashOf(productId), 36, HASH_BYTES, 'hex');
  body[42] = placement.length;
  placement.copy(body, FIXED_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keys.get(keyId)!, nonce).setAAD(head);
  return Buffer.concat([head, nonce, cipher.update(body), cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

/** Returns the content of a token that was sealed with one of these keys; undefined for any other text. */
export function openAdToken(keys: AdTokenKeys, token: string): OpenedAdToken | undefined {
  if (!isLikeAdToken(token) || !BASE64URL.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  const key = keys.get(bytes[1]!);
  if (bytes[0] !== FORMAT || key === undefined || bytes.length > MAX_BYTES) return undefined;
  // Some texts decode to the same bytes. Only the one that was issued is a token.
  if (bytes.toString('base64url') !== token) return undefined;
  const nonceEnd = HEAD_BYTES + NONCE_BYTES;
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(HEAD_BYTES, nonceEnd))
    .setAAD(bytes.subarray(0, HEAD_BYTES))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  let body: Buffer;
  try {
    body = Buffer.concat([decipher.update(bytes.subarray(nonceEnd, -TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
  return {
    bidKind: AD_BID_KINDS[body[0]! & 0x0f]!,
    isExploration: (body[0]! & 0x80) !== 0,
    issuedAt: body.readUIntBE(1, 6),
    decision: body.toString('hex', 7, 15),
    slot: body[15]!,
    lineItem: body.readUInt32BE(16),
    price: body.readUIntBE(20, 6),
    probability: body.readFloatBE(26),
    visitHash: body.toString('hex', 30, 36),
    productHash: body.toString('hex', 36, 42),
    placement: body.toString('utf8', FIXED_BYTES, FIXED_BYTES + body[42]!),
  };
}

/** Returns whether a text begins like a token. Ids of lists never do. */
export function isLikeAdToken(text: string): boolean {
  return text.startsWith(AD_TOKEN_PREFIX);
}

/** Returns whether the token was issued to this customer or session. */
export function isAdTokenFor(token: OpenedAdToken, who: Identity): boolean {
  return visitHashesOf(who).includes(token.visitHash);
}

/** Returns whether the token was issued for an ad for this product. */
export function isAdTokenOf(token: OpenedAdToken, productId: string): boolean {
  return productHashOf(productId) === token.productHash;
}

function visitHashesOf({ customerId, sessionId }: Identity): string[] {
  return [
    ...(customerId === undefined ? [] : [shortHash(`c:${customerId}`)]),
    ...(sessionId === undefined ? [] : [shortHash(`s:${sessionId}`)]),
  ];
}

const productHashOf = (productId: string) => shortHash(`p:${productId}`);

/** 48 bits of SHA-256. The token hides them, so they need no key. */
function shortHash(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 2 * HASH_BYTES);
}
