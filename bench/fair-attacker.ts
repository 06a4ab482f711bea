/** One attack, in its own process with a lower priority: the API process is the bottleneck, not the attacker. */
import { setPriority } from 'node:os';
import type { Agent } from 'node:http';
import { seededRandom } from '../src/learn/seeded-random';
import { ATTACKS } from './fair-attacks';
import { keepAliveAgent, post } from './post';
import type { Visit } from './visit';

const NICE = 10;
/** Connections of each address. */
const CONNECTIONS = 16;
/** The pause before a refused visit is started again. */
const RETRY_MS = 100;

/** What an attacker has: one visit, one address or ten addresses, with as many new visits as it wants. */
export const FROM = { visit: 1, address: 1, ten: 10 } as const;
export type From = keyof typeof FROM;

export interface AttackStart {
  readonly port: number;
  readonly key: string;
  readonly attack: string;
  readonly from: From;
  /** The number of the attack in its bench: each has addresses of its own, which have stored and used up nothing. */
  readonly run: number;
  readonly seconds: number;
  readonly products: readonly string[];
}

export interface AttackCounts {
  readonly answered: number;
  readonly refused: number;
}

const START = JSON.stringify({ query: 'mutation { startSession { token } }' });

/** One connection of an attack. */
export class Attacker {
  sent = 0;
  answered = 0;
  refused = 0;
  isOver = false;
  private readonly random: () => number;
  private own: Promise<Visit> | undefined;

  constructor(
    private readonly start: AttackStart,
    readonly number: number,
    private readonly agent: Agent,
    /** The connection whose visit all others share if there is only one. */
    private readonly shared?: Attacker,
  ) {
    this.random = seededRandom(number + 1);
  }

  get port(): number {
    return this.start.port;
  }

  get key(): string {
    return this.start.key;
  }

  get socketUrl(): string {
    return `ws://127.0.0.1:${this.port}/graphql`;
  }

  get address(): string {
    return addressOf(this.start.run, this.number);
  }

  /** The visit of this connection: another one after a refusal, if the attacker may have several. */
  visit(): Promise<Visit> {
    return (this.own ??= this.shared?.visit() ?? this.startVisit());
  }

  newVisit(): Promise<Visit> {
    this.leaveVisit();
    return this.visit();
  }

  product(): string {
    const { products } = this.start;
    return products[Math.floor(products.length * this.random())];
  }

  products(count: number): string[] {
    return Array.from({ length: count }, () => this.product());
  }

  /** Sends an operation and counts how it was answered. */
  async ask(operation: object, visit?: Visit, key = this.key): Promise<string> {
    this.sent++;
    try {
      const { address, authorization } = visit ?? (await this.visit());
      const more = { 'x-forwarded-for': address, ...(authorization === '' ? {} : { authorization }) };
      const answer = await post(this.port, key, this.agent, JSON.stringify(operation), more);
      if (this.isOver) return answer;
      if (answer.startsWith('{"data":{')) this.answered++;
      else {
        this.refused++;
        this.leaveVisit();
      }
      return answer;
    } catch {
      if (!this.isOver) this.refused++;
      return '';
    }
  }

  private leaveVisit(): void {
    if (this.start.from !== 'visit') this.own = undefined;
  }

  /** Starts a visit; again, where it is refused. */
  private async startVisit(): Promise<Visit> {
    const { address } = this;
    for (;;) {
      const answer = await post(this.port, this.key, this.agent, START, { 'x-forwarded-for': address }).catch(() => '');
      const token = /"token":"([^"]+)"/.exec(answer)?.[1];
      if (token !== undefined) return { address, authorization: `Bearer ${token}` };
      this.refused++;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** In the network for benchmarks, RFC 2544. */
function addressOf(run: number, connection: number): string {
  return `198.19.${run}.${1 + Math.floor(connection / CONNECTIONS)}`;
}

process.once('message', (start: AttackStart) => {
  setPriority(NICE);
  const connections = CONNECTIONS * FROM[start.from];
  const agent = keepAliveAgent(2 * connections);
  const first = new Attacker(start, 0, agent);
  const shared = start.from === 'visit' ? first : undefined;
  const others = Array.from({ length: connections - 1 }, (_, n) => new Attacker(start, n + 1, agent, shared));
  const attackers = [first, ...others];
  for (const attacker of attackers) void ATTACKS[start.attack](attacker);
  setTimeout(() => {
    for (const attacker of attackers) attacker.isOver = true;
    const sum = (count: (attacker: Attacker) => number) => attackers.reduce((all, one) => all + count(one), 0);
    const counts: AttackCounts = { answered: sum((one) => one.answered), refused: sum((one) => one.refused) };
    process.send?.(counts, () => process.exit(0));
  }, start.seconds * 1_000);
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
