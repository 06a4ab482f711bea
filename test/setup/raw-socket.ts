import WebSocket from 'ws';

export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A WebSocket that sends exactly the given messages and stores the received ones. */
export class RawSocket {
  readonly heard: Message[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  private readonly socket: WebSocket;
  private waiting: (() => void)[] = [];

  /** @param options `from`: the client's address, as a trusted proxy states it */
  constructor(
    url: string,
    { protocol, origin, from }: { protocol?: string | string[]; origin?: string; from?: string } = {},
  ) {
    const headers = from === undefined ? {} : { 'x-forwarded-for': from };
    this.socket = new WebSocket(url, protocol ?? 'graphql-transport-ws', { origin, headers });
    this.socket.on('message', (data: Buffer) => {
      this.heard.push(JSON.parse(data.toString()) as Message);
      this.wake();
    });
    this.closed = new Promise((resolve, reject) => {
      this.socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
      this.socket.on('error', reject);
    });
    this.closed.then(
      () => this.wake(),
      () => this.wake(),
    );
  }

  async opened(): Promise<this> {
    if (this.socket.readyState === WebSocket.CONNECTING) {
      await new Promise((resolve, reject) => this.socket.once('open', resolve).once('error', reject));
    }
    return this;
  }

  say(message: Message | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables?: object): void {
    this.say({ id, type: 'subscribe', payload: { query, variables } });
  }

  /** Sends connection_init and waits for the acknowledgement. */
  async init(payload?: object): Promise<this> {
    await this.opened();
    this.say({ type: 'connection_init', payload });
    await this.until((message) => message.type === 'connection_ack');
    return this;
  }

  /** Returns the first matching message, received so far or from now on. */
  async until(fits: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.heard.find(fits);
      if (found !== undefined) return found;
      if (this.socket.readyState >= WebSocket.CLOSING)
        throw new Error(`closed; heard ${JSON.stringify(this.heard).slice(-2_000)}`);
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** Returns the first response to an operation: `next` or `error`. */
  answer(id: string): Promise<Message> {
    return this.until((message) => message.id === id && (message.type === 'next' || message.type === 'error'));
  }

  /** Stops reading, as a paused client does. */
  pause(): void {
    this.socket.pause();
  }

  /** Continues to read. */
  resume(): void {
    this.socket.resume();
  }

  close(): void {
    this.socket.close();
  }

  private wake(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}
