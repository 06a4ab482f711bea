import { getOperationAST, OperationTypeNode, parse } from 'graphql';
import { type Credentials, GraphqlClient } from '../setup/graphql-client';
import { PATIENCE_MS } from '../setup/until';

type Message = Record<string, unknown>;

const TRANSIENT: ReadonlySet<string | undefined> = new Set(['NOT_READY', 'OVERLOADED']);

/** The operations that a reader sends from /explorer/ or a similar program, with the headers that were given last. */
export class ReaderRequests {
  private client: GraphqlClient;
  private readonly clients: GraphqlClient[] = [];
  private operation: string | undefined;
  private live: AsyncIterator<unknown> | undefined;
  private last: string | undefined;

  constructor(port: number) {
    this.client = new GraphqlClient(port, {});
    this.clients.push(this.client);
  }

  static areHeaders(json: object): boolean {
    return 'x-api-key' in json;
  }

  /** Returns why a response counts as failed, or which items it rejected. */
  static faultOf(answer: unknown): string | undefined {
    const { errors, data } = answer as { errors?: unknown; data?: Record<string, unknown> };
    if (errors !== undefined || data == null) return `it answers ${JSON.stringify(answer)}`;
    const refused = Object.values(data).find((field) => (field as { errors?: unknown[] } | null)?.errors?.length);
    return refused === undefined ? undefined : `some items were refused: ${JSON.stringify(refused)}`;
  }

  useHeaders(json: object): void {
    const { 'x-api-key': apiKey, authorization } = json as Record<string, string | undefined>;
    this.client = this.client.as({ apiKey, authorization } satisfies Credentials);
    this.clients.push(this.client);
  }

  /** Whether an operation waits for its variables. */
  get wantsVariables(): boolean {
    return this.operation !== undefined;
  }

  /** Sends the operation, unless it has variables, which follow in the next block. */
  async ask(operation: string): Promise<Asked | undefined> {
    const node = getOperationAST(parse(operation));
    if (!node) throw new Error('a block must contain exactly one operation');
    if (node.variableDefinitions?.length) this.operation = operation;
    else return this.send(operation, {});
  }

  useVariables(variables: Record<string, unknown>): Promise<Asked | undefined> {
    const operation = this.operation as string;
    this.operation = undefined;
    return this.send(operation, variables);
  }

  /** Waits for a message of the subscription that differs from the last one and matches the text. */
  async next(differs: (message: unknown) => string | undefined): Promise<void> {
    if (!this.live) throw new Error('there is no response and no subscription to compare with');
    const giveUpAt = Date.now() + PATIENCE_MS;
    let difference = 'no message arrived';
    for (;;) {
      const message = await within(this.live.next(), giveUpAt - Date.now(), difference);
      const text = contentOf(message);
      if (text === this.last) continue;
      difference = differs(message) ?? '';
      if (difference !== '') continue;
      this.last = text;
      return;
    }
  }

  async close(): Promise<void> {
    // A subscription keeps the headers that it started with.
    await Promise.all(this.clients.map((client) => client.close()));
  }

  /**
   * Repeats the request after `retryAfterMs` as its error asks: its data is not ready yet, for example while a stream is
   * being filled, or the server has more to do than it can.
   */
  private async answerTo(operation: string, variables: Record<string, unknown>): Promise<unknown> {
    const giveUpAt = Date.now() + PATIENCE_MS;
    for (;;) {
      const answer = await this.client.send(operation, variables);
      const { code, retryAfterMs } = (answer.errors?.[0].extensions ?? {}) as { code?: string; retryAfterMs?: number };
      if (!TRANSIENT.has(code) || Date.now() > giveUpAt) return answer;
      await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
    }
  }

  private async send(operation: string, variables: Record<string, unknown>): Promise<Asked | undefined> {
    const { operation: kind } = getOperationAST(parse(operation)) ?? {};
    if (kind !== OperationTypeNode.SUBSCRIPTION)
      return { kind: 'answer', answer: await this.answerTo(operation, variables) };
    await this.live?.return?.();
    this.live = this.client.subscribe(operation, variables);
    this.last = undefined;
    return undefined;
  }
}

export interface Asked {
  readonly kind: 'answer';
  readonly answer: unknown;
}

/** Returns the parts of a message by which a reader recognises another list: not its request or its position. */
function contentOf(message: unknown): string {
  const passing = new Set(['requestId', 'revision', 'asOf', 'score', 'cursor']);
  return JSON.stringify(message, (key, value: unknown) => (passing.has(key) ? undefined : value));
}

async function within(message: Promise<IteratorResult<unknown>>, ms: number, fault: string): Promise<Message> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${PATIENCE_MS} ms: ${fault}`)), ms);
  });
  const { value, done } = await Promise.race([message, late]).finally(() => clearTimeout(timer));
  if (done) throw new Error('the subscription has ended');
  return value as Message;
}
