/**
 * What a message bus has to be able to do so that events can come from it. An adapter connects once and says when that is
 * over; connecting again, waiting and counting is done by whoever uses it, the same for every bus.
 * `test/conformance/bus-source.ts` is what an adapter has to pass.
 */

/** A message as its publisher sent it. */
export interface BusMessage {
  readonly body: Uint8Array;
  /** The publisher's name for it; the same when it is published again after a failure. */
  readonly messageId?: string;
  /** When it was published, by the publisher, in milliseconds since 1970. */
  readonly timestamp?: number;
}

/** Why a message can't be taken. */
export interface Rejection {
  readonly code: string;
  readonly message: string;
}

/** A message that is handed out to this process until it is settled, or the connection ends: then it is handed out again. */
export interface Delivery extends BusMessage {
  /** The bus may forget it. After the connection has ended this does nothing. */
  ack(): void;
  /**
   * Keeps the message as it is, with the reason, where rejected messages wait for people; only then may the bus forget it.
   * @throws Error where that could not be done: it has not been settled then
   */
  reject(rejection: Rejection): Promise<void>;
}

export interface BusConnection {
  /** Resolves, with the reason, once nothing is delivered any more; never rejects. */
  readonly closed: Promise<string>;
  /** Has no more messages delivered; those that were can still be settled. */
  pause(): Promise<void>;
  /** What has not been settled goes back to the bus. */
  close(): Promise<void>;
}

export interface BusSource {
  /** Where messages come from, as its operators know it. */
  readonly queue: string;
  /**
   * Connects and has messages delivered, at least once each, and never more of them unsettled than were agreed upon.
   * @throws Error where that can't be done now
   */
  connect(onDelivery: (delivery: Delivery) => void): Promise<BusConnection>;
}
