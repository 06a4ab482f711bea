/**
 * The oldest release that can read the deltas of EASE: MAJOR, MINOR and PATCH. The deltas of the shop state have a
 * release of their own, `SHOP_DELTA_MIN_RELEASE`.
 */
const EASE_DELTA_MIN_RELEASE: readonly number[] = [0, 3, 0];

/**
 * A message from the owner of a state to its replicas, as little-endian bytes:
 * `kind u8 · from f64 · to f64 · token f64 · oldest release that can read the delta 3 × u16 · delta`.
 * The header is the same in all releases.
 */
export interface StateMessage {
  readonly kind: 'delta' | 'checkpoint';
  /** The state's position before the delta; for a checkpoint: the same as `to`. */
  readonly from: number;
  /** The state's position after the delta, or in the checkpoint. */
  readonly to: number;
  /** Fencing token of the sender. */
  readonly token: number;
  /** The oldest release that can read `delta`. */
  readonly minRelease: string;
  /** The encoded change; empty for a checkpoint, which the replica loads from the artefact store. */
  readonly delta: Uint8Array;
}

const HEADER_BYTES = 31;
const RELEASE_AT = 25;
const MESSAGE_KINDS = ['delta', 'checkpoint'] as const;

/** @param minRelease the oldest release that can read the delta */
export function encodeStateMessage(
  message: Omit<StateMessage, 'minRelease'>,
  minRelease = EASE_DELTA_MIN_RELEASE,
): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + message.delta.byteLength);
  bytes.writeUInt8(MESSAGE_KINDS.indexOf(message.kind), 0);
  bytes.writeDoubleLE(message.from, 1);
  bytes.writeDoubleLE(message.to, 9);
  bytes.writeDoubleLE(message.token, 17);
  minRelease.forEach((part, n) => bytes.writeUInt16LE(part, RELEASE_AT + 2 * n));
  bytes.set(message.delta, HEADER_BYTES);
  return bytes;
}

/** Decodes a message. @throws Error for bytes that are not a state message */
export function decodeStateMessage(bytes: Buffer): StateMessage {
  const kind = bytes.byteLength >= HEADER_BYTES ? MESSAGE_KINDS[bytes.readUInt8(0)] : undefined;
  if (kind === undefined) throw new Error('not a state message');
  return {
    kind,
    from: bytes.readDoubleLE(1),
    to: bytes.readDoubleLE(9),
    token: bytes.readDoubleLE(17),
    minRelease: [0, 2, 4].map((at) => bytes.readUInt16LE(RELEASE_AT + at)).join('.'),
    delta: bytes.subarray(HEADER_BYTES),
  };
}

/**
 * Returns what a replica does with a message. `hole` means that messages before this one are missing.
 * @param position the replica's position
 * @param token the newest fencing token that the replica has received
 */
export function actionFor(message: StateMessage, position: number, token: number): 'apply' | 'ignore' | 'hole' {
  if (message.token < token || message.to <= position) return 'ignore';
  return message.kind === 'delta' && message.from > position ? 'hole' : 'apply';
}
