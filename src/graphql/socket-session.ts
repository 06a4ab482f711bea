import type { WebSocket } from 'ws';
import type { Authenticate, Credentials } from '../auth/authenticate';
import type { Context, Viewer } from './context';
import { ApiError } from './errors';

/** The longest a timer of Node waits. */
const MAX_TIMER_MS = 2_147_483_647;

/** One socket: who is behind it, and when that ends. */
export class SocketSession {
  viewer: Viewer | null = null;
  credentials: Credentials = {};
  /** Did it answer the last ping? */
  alive = true;
  private ended: ApiError | undefined;
  private readonly operations = new Set<AbortController>();
  private expiry: NodeJS.Timeout | undefined;

  constructor(
    readonly id: string,
    /** The client's, as `Context` has it. */
    readonly address: string | null,
    readonly log: Context['log'],
    private readonly socket: WebSocket,
    private readonly forbiddenCode: number,
  ) {}

  /** For one operation: aborted when the socket is gone or its key or token is no longer good, with the error to tell. */
  begin(): AbortController {
    const operation = new AbortController();
    if (this.ended === undefined) this.operations.add(operation);
    else operation.abort(this.ended);
    return operation;
  }

  /** The operation is over: what it started may stop. */
  finish(operation: AbortController): void {
    this.operations.delete(operation);
    operation.abort();
  }

  /** @throws ApiError UNAUTHENTICATED for credentials that are not good */
  async open(authenticate: Authenticate, credentials: Credentials): Promise<void> {
    this.credentials = credentials;
    this.viewer = await authenticate(credentials);
    this.watchExpiry();
  }

  /** Ends every subscription with the error, then the socket. */
  expel(error: ApiError): void {
    if (this.ended !== undefined) return;
    this.end(error);
    // The subscriptions' error messages are on their way before the close is.
    setImmediate(() => this.socket.close(this.forbiddenCode, 'Forbidden'));
  }

  /** The socket is closed. */
  closed(): void {
    clearTimeout(this.expiry);
    if (this.ended === undefined) this.end(new ApiError('UNAUTHENTICATED', 'The socket is closed'));
  }

  private end(error: ApiError): void {
    this.ended = error;
    for (const operation of this.operations) operation.abort(error);
    this.operations.clear();
  }

  private watchExpiry(): void {
    const expiresAt = this.viewer?.tokenExpiresAt;
    if (expiresAt === undefined || this.ended !== undefined) return;
    const left = expiresAt - Date.now();
    if (left <= 0) return this.expel(new ApiError('UNAUTHENTICATED', 'The token has expired'));
    this.expiry = setTimeout(() => this.watchExpiry(), Math.min(left, MAX_TIMER_MS));
    this.expiry.unref();
  }
}
