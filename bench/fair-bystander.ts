/**
 * Asks for personal lists, and from another address now and then searches, at a fixed rate, independent of response
 * times, in its own process. A socket of a third address watches one more list, which the customer's own events change.
 */
import { percentile } from './row';
import { keepAliveAgent, post } from './post';
import { headersOf, type Visit } from './visit';
import { MAX_CHANGE_MS, WatchedList } from './watched-list';
import { seededRandom } from '../src/learn/seeded-random';

const EVERY_MS = 40;
/** With each list of this number, a search is sent. */
const LISTS_PER_SEARCH = 10;
const WATCHED_EVERY_MS = 1_000;
const CONNECTIONS = 100;
const QUERY = `query ($id: ID!) {
  recommendations(input: { intent: PERSONAL, customerId: $id }, first: 10) { nodes { id title brand categories url } }
}`;
const SEARCH = `query ($query: String!) {
  search(input: { query: $query }, first: 10) { totalCount nodes { id title } }
}`;

export interface BystanderStart {
  readonly port: number;
  readonly key: string;
  /** Each asks in turn, because all of them are within the limit of a visit. */
  readonly visits: readonly Visit[];
  readonly watched: Visit;
  readonly searcher: Visit;
  readonly products: readonly string[];
  /** What it searches for, in turn. */
  readonly queries: readonly string[];
}

/** What was measured since the last time: milliseconds of the lists that were asked for, and of changes of the live list. */
export interface BystanderTook {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  /** The same as `p99`, for its searches. */
  readonly searchP99: number;
  /** The number of lists and searches that failed. */
  readonly refused: number;
  readonly live: readonly number[];
}

class Bystander {
  private asked: Promise<number>[] = [];
  private searched: Promise<number>[] = [];
  private live: number[] = [];
  private refused = 0;

  constructor({ port, key, visits, watched, searcher, products, queries }: BystanderStart) {
    const agent = keepAliveAgent(CONNECTIONS);
    const ask = async (operation: object, visit: Visit) => {
      const began = performance.now();
      const answer = await post(port, key, agent, JSON.stringify(operation), headersOf(visit));
      if (!/^{"data":{"(recommendations|search)":{/.test(answer)) this.refused++;
      return performance.now() - began;
    };
    let sent = 0;
    const begun = performance.now();
    setInterval(() => {
      for (; sent < (performance.now() - begun) / EVERY_MS; sent++) {
        const visit = visits[sent % visits.length];
        const list = { query: QUERY, variables: { id: visit.customerId } };
        this.asked.push(ask(list, visit).catch(() => NaN));
        if (sent % LISTS_PER_SEARCH > 0) continue;
        const search = { query: SEARCH, variables: { query: queries[(sent / LISTS_PER_SEARCH) % queries.length] } };
        this.searched.push(ask(search, searcher).catch(() => NaN));
      }
    }, EVERY_MS);
    const random = seededRandom(1);
    const door = { port, adminKey: key };
    void this.watch(new WatchedList(door, random, () => products[Math.floor(products.length * random())], watched));
  }

  /** Returns what was measured since the last call. */
  async take(): Promise<BystanderTook> {
    const { asked, searched, live } = this;
    this.asked = [];
    this.searched = [];
    this.live = [];
    const answered = async (all: readonly Promise<number>[]) =>
      (await Promise.all(all)).filter((ms) => !Number.isNaN(ms));
    const [lists, searches] = await Promise.all([answered(asked), answered(searched)]);
    const refused = this.refused + asked.length - lists.length + searched.length - searches.length;
    this.refused = 0;
    return {
      ...{ count: lists.length, p50: percentile(lists, 0.5), p99: percentile(lists, 0.99) },
      ...{ searchP99: percentile(searches, 0.99), refused, live },
    };
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
