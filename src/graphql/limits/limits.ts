/** Memory of a request in addition to its body, in bytes. */
export const REQUEST_BYTES = 16_384;

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
  /** Maximum number of sockets of one client address. Those of the shop's own keys don't count. */
  readonly maxSocketsPerAddress: number;
  /** Maximum number of sockets of one client address that have not been acknowledged yet. */
  readonly maxOpeningSocketsPerAddress: number;
  readonly maxSocketsPerVisit: number;
  /** Maximum number of connections, HTTP and WebSocket, of one address that is no trusted proxy. */
  readonly maxConnectionsPerAddress: number;
  /** Maximum number of requests that one connection may have sent and not got an answer to (pipelining). */
  readonly maxRequestsPerConnection: number;
  /** Maximum size of a request body, and of a message on a socket, with keys that are not the shop's own, in bytes. */
  readonly maxVisitorBytes: number;
  /** Maximum size of a request body, and of a message on a socket, before the key is known, in bytes. */
  readonly maxBytesWithoutKey: number;
  /**
   * Maximum number of bytes of requests that arrive or are answered, for each client address. Each request counts as
   * its body and {@link REQUEST_BYTES}.
   */
  readonly maxRequestBytesPerAddress: number;
  /** Maximum number of running operations on one socket, including subscriptions. */
  readonly maxOperationsPerSocket: number;
  /**
   * Maximum number of bytes that wait on a socket of a slow client, above one message. Further messages wait, and the
   * socket is terminated if that takes longer than `sendTimeoutMs`.
   */
  readonly maxBufferedBytes: number;
  readonly sendTimeoutMs: number;
  /** Maximum number of bytes that wait to be sent to one client address. Beyond it, connections are terminated. */
  readonly maxBufferedBytesPerAddress: number;
  /** How long an answer over HTTP may wait for a client that reads nothing of it. */
  readonly writeTimeoutMs: number;
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
  unitsPerOperation: 250,
  maxTokens: 2_000,
  maxBodyBytes: 2_097_152,
  operationTimeoutMs: 30_000,
  requestTimeoutMs: 30_000,
  connectionInitTimeoutMs: 5_000,
  keepAliveMs: 12_000,
  recheckMs: 3_000,
  maxSockets: 20_000,
  maxSocketsPerAddress: 100,
  maxOpeningSocketsPerAddress: 50,
  maxSocketsPerVisit: 20,
  maxConnectionsPerAddress: 256,
  maxRequestsPerConnection: 16,
  maxVisitorBytes: 262_144,
  maxBytesWithoutKey: 16_384,
  maxRequestBytesPerAddress: 8_388_608,
  maxOperationsPerSocket: 100,
  maxBufferedBytes: 1_048_576,
  sendTimeoutMs: 5_000,
  maxBufferedBytesPerAddress: 8_388_608,
  writeTimeoutMs: 30_000,
  closeTimeoutMs: 5_000,
};
