/** Bounds on what one client may ask of the server. Those that installations differ in come from the environment. */
export interface ServerLimits {
  /** Deepest nesting of fields; a leaf counts. */
  readonly maxDepth: number;
  /** Fields of an operation, each counted where a fragment repeats it. */
  readonly maxFields: number;
  /** Queries, mutations or subscriptions side by side in one operation. */
  readonly maxRootFields: number;
  readonly maxAliases: number;
  /** Units of `costOf`: fields that the answer may have, lists by their `first`, and the work of making them. */
  readonly maxCost: number;
  /** Lexical tokens of a document: bounds what parsing and validating can cost. */
  readonly maxTokens: number;
  /** Bytes of a request body or a WebSocket message. */
  readonly maxBodyBytes: number;
  /** How long a query or mutation may take. */
  readonly operationTimeoutMs: number;
  /** How long a request may take to arrive. */
  readonly requestTimeoutMs: number;
  /** How long a socket may take to send connection_init. */
  readonly connectionInitTimeoutMs: number;
  /** How often a socket is pinged; one that has not answered by the next time is gone. */
  readonly keepAliveMs: number;
  /** How often the keys of open sockets are looked at again. */
  readonly recheckMs: number;
  readonly maxSockets: number;
  /** Operations under way on one socket, subscriptions included. */
  readonly maxOperationsPerSocket: number;
  /** Bytes waiting to be sent to a socket whose client reads too slowly, before it is cut off. */
  readonly maxBufferedBytes: number;
  /** How long closing waits for requests and sockets before it cuts them off. */
  readonly closeTimeoutMs: number;
}

export const DEFAULT_LIMITS: ServerLimits = {
  maxDepth: 12,
  maxFields: 1_000,
  maxRootFields: 20,
  maxAliases: 100,
  maxCost: 50_000,
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
