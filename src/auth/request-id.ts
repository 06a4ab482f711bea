import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { ApiError } from '../graphql/errors';
import { hasControls } from '../graphql/id';
import { HAS_CONTROLS } from '../graphql/shown-text';
import { MS_PER_MINUTE } from '../learn/durations';
import type { Identity } from './identity';

/** What answered: a list of recommendations, a search with a query, or a search without one. */
export const REQUEST_KINDS = ['RECOMMENDATION', 'SEARCH', 'BROWSE'] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

/** What a `requestId` says about the list that it belongs to. */
export interface RequestIdContent {
  readonly kind: RequestKind;
  /** The intent of a list of recommendations; null for a search. */
  readonly intent: string | null;
  readonly placement: string | null;
  readonly modelVersion: string;
  /** When the list was computed, to the minute; milliseconds since 1970. */
  readonly at: number;
}

/** Description of the `requestId` of a list or search in the schema. */
export const REQUEST_ID =
  'The id of this list: text of up to 200 characters that the shop has signed. Send it back with the events and order lines that follow from the list.';
/** Maximum length of the placement of a list, in bytes of UTF-8. */
export const MAX_PLACEMENT_BYTES = 64;
/** Maximum length of the model version and of the intent, in bytes. With it, an id has at most 200 characters. */
const MAX_TEXT_BYTES = 28;
const FORMAT = 0x10;
const UUID_MARK = 0xff;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const HASH_BYTES = 6;
const NONCE_BYTES = 6;
const SIGNATURE_BYTES = 10;
const VISIT_AT = 5;
const TEXTS_AT = VISIT_AT + HASH_BYTES + NONCE_BYTES;
const BASE64URL = /^[\w-]{40,200}$/;

/**
 * Encodes and signs a request id. It has at most 200 characters of base64url: format and kind, minute, a keyed hash of
 * the visit, a random number that makes it unique, model version, placement, intent, and 80 bits of HMAC-SHA-256
 * (RFC 2104) over all of it. Nothing about it is stored. Texts longer than their limit are cut.
 * @param who the customer or session that the list is for. Without either, the id is valid for every visit
 * @param seed a text that the random number is derived from: the same arguments give the same id
 */
export function encodeRequestId(secret: Buffer, content: RequestIdContent, who: Identity, seed?: string): string {
  const head = Buffer.alloc(VISIT_AT);
  head[0] = FORMAT | REQUEST_KINDS.indexOf(content.kind);
  head.writeUInt32BE(Math.floor(content.at / MS_PER_MINUTE), 1);
  const [visit] = visitsOf(who);
  const body = Buffer.concat([
    head,
    visit === undefined ? Buffer.alloc(HASH_BYTES) : visitHash(secret, visit),
    seed === undefined ? randomBytes(NONCE_BYTES) : hash('sha256', seed, 'buffer').subarray(0, NONCE_BYTES),
    encodeText(content.modelVersion, MAX_TEXT_BYTES),
    encodeText(content.placement ?? '', MAX_PLACEMENT_BYTES),
    encodeText(content.intent ?? '', MAX_TEXT_BYTES),
  ]);
  return Buffer.concat([body, signatureOf(secret, body)]).toString('base64url');
}

/** Returns the content of an id that was signed with this secret; undefined for any other text. */
export function decodeRequestId(secret: Buffer, id: string): RequestIdContent | undefined {
  const bytes = signedBytes(secret, id);
  if (bytes === undefined) return undefined;
  const texts = new TextReader(bytes, TEXTS_AT);
  const modelVersion = texts.next();
  return {
    kind: REQUEST_KINDS[bytes[0]! & 0x0f]!,
    modelVersion,
    placement: texts.next() || null,
    intent: texts.next() || null,
    at: bytes.readUInt32BE(1) * MS_PER_MINUTE,
  };
}

/** Returns whether the id was signed with this secret, for this customer or session or for every visit. */
export function isRequestIdOf(secret: Buffer, id: string, who: Identity): boolean {
  const bytes = signedBytes(secret, id);
  if (bytes === undefined) return false;
  const hash = bytes.subarray(VISIT_AT, VISIT_AT + HASH_BYTES);
  if (hash.every((byte) => byte === 0)) return true;
  return visitsOf(who).some((visit) => visitHash(secret, visit).equals(hash));
}

/** The customer and the session of an identity, as texts that differ even if their ids are the same. */
function visitsOf({ customerId, sessionId }: Identity): string[] {
  return [
    ...(customerId === undefined ? [] : [`c:${customerId}`]),
    ...(sessionId === undefined ? [] : [`s:${sessionId}`]),
  ];
}

/** @throws ApiError BAD_USER_INPUT for a placement that does not fit into an id, or that no name may have */
export function requirePlacement(placement: string | null | undefined): void {
  if (placement == null) return;
  if (hasControls(placement)) throw new ApiError('BAD_USER_INPUT', `placement ${HAS_CONTROLS}.`);
  const length = Buffer.byteLength(placement);
  if (length > MAX_PLACEMENT_BYTES)
    throw new ApiError(
      'BAD_USER_INPUT',
      `placement must have at most ${MAX_PLACEMENT_BYTES} bytes of UTF-8; got ${length}.`,
    );
}

/** Returns the bytes of a signed id; undefined if it has another format or signature. */
function signedBytes(secret: Buffer, id: string): Buffer | undefined {
  if (!BASE64URL.test(id)) return undefined;
  const bytes = Buffer.from(id, 'base64url');
  const end = bytes.length - SIGNATURE_BYTES;
  if ((bytes[0]! & 0xf0) !== FORMAT) return undefined;
  // Some texts decode to the same bytes. Only the one that was issued is an id.
  if (bytes.toString('base64url') !== id) return undefined;
  return timingSafeEqual(bytes.subarray(end), signatureOf(secret, bytes.subarray(0, end))) ? bytes : undefined;
}

function signatureOf(secret: Buffer, body: Buffer): Buffer {
  return createHmac('sha256', secret).update(body).digest().subarray(0, SIGNATURE_BYTES);
}

/** A keyed hash, so that an id does not reveal whose it is. The first byte is never 0: zeros stand for every visit. */
function visitHash(secret: Buffer, visit: string): Buffer {
  const digest = createHmac('sha256', secret).update('visit:').update(visit).digest().subarray(0, HASH_BYTES);
  digest[0]! |= 1;
  return digest;
}

/** A text with its length before it. A UUID takes 16 bytes. Longer texts are cut, at a whole character. */
function encodeText(text: string, maxBytes: number): Buffer {
  if (UUID.test(text)) return Buffer.concat([Buffer.of(UUID_MARK), Buffer.from(text.replaceAll('-', ''), 'hex')]);
  const bytes = Buffer.from(text);
  let length = Math.min(bytes.length, maxBytes);
  // A byte 10xxxxxx continues a character.
  while (length < bytes.length && (bytes[length]! & 0xc0) === 0x80) length--;
  return Buffer.concat([Buffer.of(length), bytes.subarray(0, length)]);
}

class TextReader {
  constructor(
    private readonly bytes: Buffer,
    private offset: number,
  ) {}

  next(): string {
    const length = this.bytes[this.offset]!;
    const start = this.offset + 1;
    if (length !== UUID_MARK) return this.bytes.toString('utf8', start, (this.offset = start + length));
    const hex = this.bytes.toString('hex', start, (this.offset = start + 16));
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }
}
