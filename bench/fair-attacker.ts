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
/** An operation that is not answered until then counts as refused. */
const GRACE_MS = 3_000;

/** What an attacker has: one visit, one address or ten addresses, with as many new visits as it wants. */
export const FROM = { visit: 1, address: 1, ten: 10 } as const;
export type From = keyof typeof FROM;

export interface AttackStart {
  readonly port: number;
  readonly key: string;
  readonly attack: string;
  readonly from: From;
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
    /** The visit that all connections share if there is only one. */
    private readonly shared: Promise<Visit> | undefined,
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
    return addressOf(this.number);
  }

  /** The visit of this connection: another one after a refusal, if the attacker may have several. */
  visit(): Promise<Visit> {
    return this.shared ?? (this.own ??= startVisit(this.start, this.agent, this.address));
  }

  newVisit(): Promise<Visit> {
    this.own = undefined;
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
        this.own = undefined;
      }
      return answer;
    } catch {
      if (!this.isOver) this.refused++;
      return '';
    }
  }
}

function addressOf(connection: number): string {
  return `203.0.${100 + Math.floor(connection / CONNECTIONS)}.7`;
}

/** Starts a visit; again, where it is refused. */
async function startVisit({ port, key }: AttackStart, agent: Agent, address: string): Promise<Visit> {
  for (;;) {
    const answer = await post(port, key, agent, START, { 'x-forwarded-for': address }).catch(() => '');
    const token = /"token":"([^"]+)"/.exec(answer)?.[1];
    if (token !== undefined) return { address, authorization: `Bearer ${token}` };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

process.once('message', (start: AttackStart) => {
  setPriority(NICE);
  const connections = CONNECTIONS * FROM[start.from];
  const agent = keepAliveAgent(2 * connections);
  const shared = start.from === 'visit' ? startVisit(start, agent, addressOf(0)) : undefined;
  const attackers = Array.from({ length: connections }, (_, n) => new Attacker(start, n, agent, shared));
  const ended = attackers.map((attacker) => ATTACKS[start.attack](attacker));
  setTimeout(() => {
    for (const attacker of attackers) attacker.isOver = true;
    const counts = attackers.reduce<AttackCounts>(
      ({ answered, refused }, attacker) => ({
        answered: answered + attacker.answered,
        refused: refused + attacker.refused,
      }),
      { answered: 0, refused: 0 },
    );
    void Promise.race([Promise.all(ended), new Promise((resolve) => setTimeout(resolve, GRACE_MS))]).then(() =>
      process.send?.(counts, () => process.exit(0)),
    );
  }, start.seconds * 1_000);
});
process.on('disconnect', () => process.exit(0));
