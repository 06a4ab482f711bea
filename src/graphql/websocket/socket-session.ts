import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Authenticate, Credentials } from '../credentials';
import type { Context, Viewer } from '../context';
import { ApiError } from '../errors';
import { clientKey } from '../limits/client-limits';
import type { Reader } from '../limits/unread-bytes';
import { type TurnRules, Turns } from '../limits/turns';

const PING_BYTES = 8;
/** A message of a client in debt is read after at most this time, ms. */
const MAX_MESSAGE_PAUSE_MS = 1_000;
/** Maximum delay of a Node timer. */
const MAX_TIMER_MS = 2_147_483_647;

/** The session of one socket: its viewer, its running operations, and the expiry of its token. */
export class SocketSession implements Reader {
  viewer: Viewer | null = null;
  credentials: Credentials = {};
  /** The turns of the message that is being handled. */
  turns: Turns;
  /** Bytes of the messages that wait until the socket has sent others. */
  heldBytes = 0;
  /** The content of the last ping, until the client has answered it. */
  private unansweredPing: Buffer | undefined;
  private arriving: Promise<void> = Promise.resolve();
  private endReason: ApiError | undefined;
  private readonly operations = new Set<AbortController>();
  private expiry: NodeJS.Timeout | undefined;

  constructor(
    readonly id: string,
    /** The client's address, as in `Context`. */
    readonly address: string | null,
    readonly log: Context['log'],
    private readonly socket: WebSocket,
    /** The close code of {@link closeWithError}. */
    private readonly forbiddenCode: number,
    /** Counts the socket, whose viewer is known now, against the limits. @throws TooManySocketsError */
    private readonly onAuthenticated: (viewer: Viewer) => void,
    private readonly turnRules: TurnRules,
  ) {
    this.turns = new Turns(turnRules, this);
  }

  /** Handles a message when it is the client's turn. Messages of one client are handled in the order of this call. */
  async inTurn(bytes: number, handle: () => Promise<void>): Promise<void> {
    // Most messages begin live queries. Their operation decides.
    const turns = new Turns(this.turnRules, this, 'live');
    // One after the other, so that none overtakes another that waits for longer.
    this.arriving = this.arriving.catch(() => undefined).then(() => turns.nextWithin(MAX_MESSAGE_PAUSE_MS));
    await this.arriving;
    turns.payForRequest(bytes);
    this.turns = turns;
    await handle();
  }

  /** Whether the socket still accepts messages: it has been neither closed nor terminated. */
  get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  limitKey(): string | null {
    return clientKey(this.viewer, this.address);
  }

  unreadBytes(): number {
    return this.socket.bufferedAmount + this.heldBytes;
  }

  end(): void {
    this.socket.terminate();
  }

  /**
   * Pings the client, or terminates the socket if the last ping has not been answered. The answer must repeat random
   * bytes: only a client that has read everything before them can do that.
   */
  ping(): void {
    if (this.unansweredPing !== undefined) this.end();
    else if (this.isOpen) this.socket.ping((this.unansweredPing = randomBytes(PING_BYTES)));
  }

  onPong(content: Buffer): void {
    if (this.unansweredPing?.equals(content)) this.unansweredPing = undefined;
  }

  /**
   * Starts an operation. Its controller is aborted with an ApiError when the socket is closed or its key or token is no
   * longer valid.
   */
  beginOperation(): AbortController {
    const operation = new AbortController();
    if (this.endReason === undefined) this.operations.add(operation);
    else operation.abort(this.endReason);
    return operation;
  }

  /** Ends an operation and aborts its controller, so that everything it started stops. */
  finishOperation(operation: AbortController): void {
    this.operations.delete(operation);
    operation.abort();
  }

  /**
   * Authenticates the socket.
   * @throws ApiError UNAUTHENTICATED for invalid credentials, and without a key; TooManySocketsError
   */
  async open(authenticate: Authenticate, credentials: Credentials): Promise<void> {
    this.credentials = credentials;
    const viewer = await authenticate(credentials);
    if (viewer === null) throw new ApiError('UNAUTHENTICATED', 'A socket requires a key.');
    if (!this.isOpen) return;
    this.onAuthenticated(viewer);
    this.viewer = viewer;
    this.watchExpiry();
  }

  /** Ends every subscription with the error, then closes the socket. */
  closeWithError(error: ApiError): void {
    if (this.endReason !== undefined) return;
    this.endOperations(error);
    // The error messages of the subscriptions must be sent before the close frame.
    setImmediate(() => this.socket.close(this.forbiddenCode, 'Forbidden'));
  }

  onClosed(): void {
    clearTimeout(this.expiry);
    if (this.endReason === undefined) this.endOperations(new ApiError('UNAUTHENTICATED', 'The socket is closed'));
  }

  private endOperations(error: ApiError): void {
    this.endReason = error;
    for (const operation of this.operations) operation.abort(error);
    this.operations.clear();
  }

  private watchExpiry(): void {
    const expiresAt = this.viewer?.tokenExpiresAt;
    if (expiresAt === undefined || this.endReason !== undefined) return;
    const remainingMs = expiresAt - Date.now();
    if (remainingMs <= 0) return this.closeWithError(new ApiError('UNAUTHENTICATED', 'The token has expired'));
    this.expiry = setTimeout(() => this.watchExpiry(), Math.min(remainingMs, MAX_TIMER_MS));
    this.expiry.unref();
  }
}
