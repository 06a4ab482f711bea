import { LIMITS } from '../src/search-engine/index/query';
import type { CooperativeTask } from '../src/search-engine/scheduling/cooperative-task';
import { MAX_STEP_MS } from '../src/platform/fair-scheduler';
import { type BenchRow, percentile } from './row';
import type { Corpus } from './search-corpus';
import { BenchShop } from './search-shop';

const ROUNDS = 20;
/** Warm-up rounds for the compiler. */
const WARM_UP = 5;
const PAGE = { limit: 20 };
/** The length of a list with cursors. */
const LIST = { limit: 500 };

/** The largest offset of a page; a larger one is refused. */
const LAST = { offset: LIMITS.window - 20, limit: 20 };

type Question = (shop: BenchShop) => CooperativeTask<number>;

/**
 * Measures the slowest searches in process, as the product runs them: a shop with variants, a ranking for a customer,
 * two value facets, and one range facet counted by group. p50 and p99, over rounds of one query, are CPU milliseconds:
 * of the whole search, and of its longest time slice, after which other work can run.
 */
export async function worstRows(corpus: Corpus, thousands: string): Promise<BenchRow[]> {
  console.error('the shop with variants …');
  const shop = new BenchShop(corpus);
  await shop.warm();
  const rows: BenchRow[] = [
    {
      name: `memory of a shop, ${thousands}`,
      subject: 'freshet',
      rate: shop.segment.bytes / corpus.size,
      unit: 'B/doc',
    },
  ];
  for (const [name, ask] of Object.entries(questionsOf(corpus)))
    rows.push(...measured(`${name}, ${thousands}`, shop, ask));
  return rows;
}

function questionsOf(corpus: Corpus): Readonly<Record<string, Question>> {
  const words = Array.from({ length: 400 }, (_, i) => corpus.document((i * 7_919) % corpus.size).description).flat();
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const frequent = [...counts.keys()].sort((a, b) => (counts.get(b) as number) - (counts.get(a) as number));
  return {
    browse: (shop) => shop.ask('', LIST),
    'the last page': (shop) => shop.ask('', LAST),
    a: (shop) => shop.ask('a', LIST),
    'a, typing': (shop) => shop.ask('a', { typing: true, ...LIST }),
    'the last page of a, typing': (shop) => shop.ask('a', { typing: true, ...LAST }),
    'a frequent word': (shop) => shop.ask(frequent[0], LIST),
    'two frequent words': (shop) => shop.ask(frequent.slice(0, 2).join(' '), LIST),
    'two frequent words, ranked by field': (shop) =>
      shop.ask(frequent.slice(0, 2).join(' '), { byFields: true, ...LIST }),
    'a frequent word 30 times': (shop) => shop.ask(`${frequent[0]} `.repeat(30).trim(), LIST),
    'a frequent word 30 times, as a phrase': (shop) => shop.ask(`"${`${frequent[0]} `.repeat(30).trim()}"`, LIST),
    '30 words that nothing has all of': (shop) => shop.ask(frequent.slice(0, 30).join(' '), PAGE),
    '30 words of one product': (shop) => shop.ask(corpus.document(0).description.slice(0, 30).join(' '), PAGE),
    '30 words, misspelled': (shop) =>
      shop.ask(
        frequent
          .slice(40, 70)
          .map((word) => `${word}q`)
          .join(' '),
        PAGE,
      ),
    '10,000 characters': (shop) => shop.ask(words.join(' ').slice(0, 10_000), PAGE),
    '10,000 characters of one word': (shop) => shop.ask('a'.repeat(10_000), PAGE),
  };
}

function measured(name: string, shop: BenchShop, ask: Question): BenchRow[] {
  const times: number[] = [];
  const longestSlices: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    const { all, longest } = slicesOf(ask(shop));
    if (round < WARM_UP) continue;
    times.push(all);
    longestSlices.push(longest);
  }
  const row = (of: readonly number[]) => ({ subject: 'freshet', p50: percentile(of, 0.5), p99: percentile(of, 0.99) });
  return [
    { name: `worst: ${name}`, ...row(times) },
    { name: `worst time slice: ${name}`, ...row(longestSlices) },
  ];
}

/** Milliseconds of CPU. */
function slicesOf(steps: CooperativeTask<number>): { readonly all: number; readonly longest: number } {
  let all = 0;
  let longest = 0;
  let slice = 0;
  for (let done = false; !done;) {
    const began = process.cpuUsage();
    done = steps.next().done === true;
    const { user, system } = process.cpuUsage(began);
    const took = (user + system) / 1_000;
    all += took;
    slice += took;
    longest = Math.max(longest, slice);
    if (slice >= MAX_STEP_MS) slice = 0;
  }
  return { all, longest };
}
