/** The limits of a server. Limits that differ between installations come from environment variables. */
export interface ServerLimits {
  /** Maximum nesting of fields, including leaves. */
  readonly maxDepth: number;
  /** Maximum number of fields in an operation. The fields of a fragment count each time the fragment is used. */
  readonly maxFields: number;
  readonly maxRootFields: number;
  readonly maxAliases: number;
  /**
   * Maximum cost of an operation in units of `costOf`: the number of fields that the response may have, plus the work
   * to compute them.
   */
  readonly maxCost: number;
  /** Time on the main thread that a unit of cost pays for, ms. What an operation takes beyond it is charged afterwards. */
  readonly msPerUnit: number;
  /** Cost of each operation before that of its fields: of reading, checking and answering it. */
  readonly unitsPerOperation: number;
  /** Maximum number of lexical tokens in a document. It limits the cost of parsing and validation. */
  readonly maxTokens: number;
  /** Maximum size of a request body or a WebSocket message, in bytes. */
  readonly maxBodyBytes: number;
  /** How long a query or mutation may take. */
  readonly operationTimeoutMs: number;
  /** How long a request may take to arrive. */
  readonly requestTimeoutMs: number;
  /** How long a socket may take to send connection_init. */
  readonly connectionInitTimeoutMs: number;
  /** Interval between pings of a socket. A socket that has not answered by the next ping is closed. */
  readonly keepAliveMs: number;
  /** Interval between checks whether the keys of open sockets are still valid. */
  readonly recheckMs: number;
  readonly maxSockets: number;
  /** Maximum number of running operations on one socket, including subscriptions. */
  readonly maxOperationsPerSocket: number;
  /** Maximum number of bytes that wait to be sent to a slow client. Beyond it, the socket is terminated. */
  readonly maxBufferedBytes: number;
  /** How long a closing server waits for requests and sockets before it terminates them. */
  readonly closeTimeoutMs: number;
}

export const DEFAULT_LIMITS: ServerLimits = {
  maxDepth: 12,
  maxFields: 1_000,
  maxRootFields: 20,
  maxAliases: 100,
  maxCost: 50_000,
  msPerUnit: 0.002,
  unitsPerOperation: 150,
  maxTokens: 2_000,
  maxBodyBytes: 2_097_152,
  operationTimeoutMs: 30_000,
  requestTimeoutMs: 30_000,
  connectionInitTimeoutMs: 5_000,
  keepAliveMs: 12_000,
  recheckMs: 3_000,
  maxSockets: 20_000,
  maxOperationsPerSocket: 100,
  maxBufferedBytes: 16_777_216,
  closeTimeoutMs: 5_000,
};
