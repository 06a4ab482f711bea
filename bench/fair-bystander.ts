/**
 * Asks for personal lists from its own address at a fixed rate, independent of response times, in its own process. A
 * socket watches one more list, which the customer's own events change.
 */
import { percentile } from './row';
import { keepAliveAgent, post } from './post';
import { headersOf, type Visit } from './visit';
import { MAX_CHANGE_MS, WatchedList } from './watched-list';
import { seededRandom } from '../src/learn/seeded-random';

const EVERY_MS = 40;
const WATCHED_EVERY_MS = 1_000;
const CONNECTIONS = 100;
const QUERY = `query ($id: ID!) {
  recommendations(input: { intent: PERSONAL, customerId: $id }, first: 10) { nodes { id title brand categories url } }
}`;

export interface BystanderStart {
  readonly port: number;
  readonly key: string;
  /** Each asks in turn, because all of them are within the limit of a visit. */
  readonly visits: readonly Visit[];
  readonly watched: Visit;
  readonly products: readonly string[];
}

/** What was measured since the last time: milliseconds of the lists that were asked for, and of changes of the live list. */
export interface BystanderTook {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly refused: number;
  readonly live: readonly number[];
}

class Bystander {
  private asked: Promise<number>[] = [];
  private live: number[] = [];
  private refused = 0;

  constructor({ port, key, visits, watched, products }: BystanderStart) {
    const agent = keepAliveAgent(CONNECTIONS);
    const ask = async (visit: Visit) => {
      const body = JSON.stringify({ query: QUERY, variables: { id: visit.customerId } });
      const began = performance.now();
      const answer = await post(port, key, agent, body, headersOf(visit));
      if (!answer.startsWith('{"data":{"recommendations":{')) this.refused++;
      return performance.now() - began;
    };
    let sent = 0;
    const begun = performance.now();
    setInterval(() => {
      for (; sent < (performance.now() - begun) / EVERY_MS; sent++)
        this.asked.push(ask(visits[sent % visits.length]).catch(() => NaN));
    }, EVERY_MS);
    const random = seededRandom(1);
    const door = { port, adminKey: key };
    void this.watch(new WatchedList(door, random, () => products[Math.floor(products.length * random())], watched));
  }

  /** Returns what was measured since the last call. */
  async take(): Promise<BystanderTook> {
    const { asked, live } = this;
    this.asked = [];
    this.live = [];
    const all = await Promise.all(asked);
    const times = all.filter((ms) => !Number.isNaN(ms));
    const refused = this.refused + all.length - times.length;
    this.refused = 0;
    return { count: times.length, p50: percentile(times, 0.5), p99: percentile(times, 0.99), refused, live };
  }

  private async watch(list: WatchedList): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, WATCHED_EVERY_MS));
      const milliseconds = await list.change();
      this.live.push(Number.isNaN(milliseconds) ? MAX_CHANGE_MS : milliseconds);
    }
  }
}

process.once('message', (start: BystanderStart) => {
  const bystander = new Bystander(start);
  process.on('message', () => void bystander.take().then((took) => process.send?.(took)));
});
process.on('disconnect', () => process.exit(0));
