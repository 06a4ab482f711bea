/**
 * The interface of a message bus that events are read from. An adapter connects once and reports when the connection
 * ends. The caller handles reconnects, pauses and counts in the same way for every bus. Every adapter must pass
 * `test/conformance/bus-source.ts`.
 */

export interface BusMessage {
  readonly body: Uint8Array;
  /** The id that the publisher chose; it stays the same if the message is published again after a failure. */
  readonly messageId?: string;
  /** The publisher's time of publication, in milliseconds since 1970. */
  readonly timestamp?: number;
}

export interface Rejection {
  readonly code: string;
  readonly message: string;
}

/** A delivered message. The bus delivers it again if the connection ends before it is acknowledged or rejected. */
export interface Delivery extends BusMessage {
  /** Acknowledges the message, so that the bus may discard it. Does nothing after the connection has ended. */
  ack(): void;
  /**
   * Stores the unchanged message and the reason where operators find rejected messages, and then acknowledges it.
   * @throws Error if it could not be stored; the message is then neither acknowledged nor rejected
   */
  reject(rejection: Rejection): Promise<void>;
}

export interface BusConnection {
  /** Resolves with the reason when deliveries have ended; never rejects. */
  readonly closed: Promise<string>;
  /** Stops deliveries. Messages that were delivered can still be acknowledged or rejected. */
  pause(): Promise<void>;
  /** Closes the connection. Messages that are neither acknowledged nor rejected return to the bus. */
  close(): Promise<void>;
}

export interface BusSource {
  /** The name of the queue, as it is configured at the bus. */
  readonly queue: string;
  /**
   * Connects and starts deliveries. Each message is delivered at least once. The bus pauses while the configured
   * maximum number of messages are neither acknowledged nor rejected.
   * @throws Error if the connection fails
   */
  connect(onDelivery: (delivery: Delivery) => void): Promise<BusConnection>;
}
