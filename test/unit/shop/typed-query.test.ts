import { print } from '@0no-co/graphql.web';
import { EMPTY_SEARCH } from '../../../shop/src/search/search-address';
import {
  FIRST,
  liveSearchInput,
  Search,
  searchInput,
  SearchUpdated,
  Suggest,
} from '../../../shop/src/search/search-query';
import {
  SEARCH_PAUSE_MS,
  SUBSCRIBE_PAUSE_MS,
  SUGGEST_PAUSE_MS,
  TypedQuery,
} from '../../../shop/src/search/typed-query';

jest.mock('@freshet/client', () => jest.requireActual<object>('../../../client/src/index'), { virtual: true });

interface ServerSide {
  readonly chargedVisit: (now: () => number) => {
    isRefused(document: string, variables: Record<string, unknown>): boolean;
    areEventsRefused(count: number): boolean;
  };
}
// The compiler settings of pages do not apply to the server.
const { chargedVisit } = jest.requireActual<ServerSide>('../../setup/charged-visit');

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const [searchText, liveText, suggestText] = [Search, SearchUpdated, Suggest].map((document) =>
  print(document as never),
);

describe('what a visitor types', () => {
  const sent: string[] = [];
  const typed = new TypedQuery({
    suggest: (query) => sent.push(`suggest ${query}`),
    search: (query) => sent.push(`search ${query}`),
  });
  const type = (text: string, letterMs: number) => {
    for (let length = 1; length <= text.length; length++) {
      typed.type(text.slice(0, length));
      jest.advanceTimersByTime(letterMs);
    }
  };
  beforeEach(() => {
    sent.length = 0;
  });

  it('is sent after a pause, suggestions before results', () => {
    type('lamp', 110);
    expect(sent).toEqual([]);
    jest.advanceTimersByTime(SUGGEST_PAUSE_MS - 110);
    expect(sent).toEqual(['suggest lamp']);
    jest.advanceTimersByTime(SEARCH_PAUSE_MS - SUGGEST_PAUSE_MS - 1);
    expect(sent).toEqual(['suggest lamp']);
    jest.advanceTimersByTime(1);
    expect(sent).toEqual(['suggest lamp', 'search lamp']);
    expect([SEARCH_PAUSE_MS, SUGGEST_PAUSE_MS]).toEqual([250, 150]);
  });

  it('is not sent once the query is entered', () => {
    type('lamp', 110);
    typed.cancel();
    jest.advanceTimersByTime(10_000);
    expect(sent).toEqual([]);
  });
});

/**
 * A visit to the search page: charges what the page sends to the rate limit of the server.
 * @returns the number of refused requests, and of all
 */
function simulateVisit(letterMs: number, minutes: number): { refused: number; requests: number } {
  const visit = chargedVisit(() => Date.now());
  const counts = { refused: 0, requests: 0 };
  const count = (isRefused: boolean) => {
    counts.requests++;
    if (isRefused) counts.refused++;
  };
  let subscribing: ReturnType<typeof setTimeout> | undefined;
  const search = (query: string, typing: boolean) => {
    const state = { ...EMPTY_SEARCH, query };
    count(visit.isRefused(searchText, { input: searchInput(state, typing), first: FIRST, isFirstPage: true }));
    clearTimeout(subscribing);
    subscribing = setTimeout(() => {
      const input = liveSearchInput(state, typing, ['colour', 'size', 'material', 'wattage']);
      count(visit.isRefused(liveText, { input, first: FIRST }));
      // Its products have been seen for half a second.
      count(visit.areEventsRefused(FIRST));
    }, SUBSCRIBE_PAUSE_MS);
  };
  const typed = new TypedQuery({
    suggest: (query) => count(visit.isRefused(suggestText, { query })),
    search: (query) => search(query, true),
  });
  const end = Date.now() + minutes * 60_000;
  for (let queries = 0; Date.now() < end; queries++) {
    const text = `query ${queries} of twenty letters`.slice(0, 20);
    for (let length = 1; length <= text.length; length++) {
      typed.type(text.slice(0, length));
      jest.advanceTimersByTime(letterMs);
    }
    // Every other query is entered.
    if (queries % 2 === 0) {
      typed.cancel();
      search(text, false);
    }
    jest.advanceTimersByTime(2_000);
  }
  clearTimeout(subscribing);
  typed.cancel();
  return counts;
}

it.each([40, 110, 160, 260, 400, 610, 1_000])(
  'queries of 20 letters, typed at one letter per %d ms again and again for ten minutes, are never refused',
  (letterMs) => {
    const { refused, requests } = simulateVisit(letterMs, 10);
    expect(requests).toBeGreaterThan(100);
    expect(refused).toBe(0);
  },
);
