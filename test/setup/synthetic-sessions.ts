import type { VisitorEvent, VisitorEvents } from '../../src/customers/behaviour/visitor-sessions';
import type { SessionProduct } from '../../src/features/session-event';
import { randomItem } from '../../src/learn/random-draws';
import { seededRandom } from '../../src/learn/seeded-random';

const DAY = 86_400_000;
const PERSONAS = ['buyer', 'leaver', 'comparer', 'bargain-hunter', 'browser'] as const;

/** Products 0 … 99 in ten categories; every tenth is discounted. */
export function syntheticProduct(number: number): SessionProduct {
  return {
    id: `p${number}`,
    category: `category ${Math.floor(number / 10)}`,
    price: 10 + number,
    isDiscounted: number % 10 === 9,
  };
}

/**
 * Returns visitors whose sessions follow one of five habits from the first event on, so that the events before a cut
 * predict those after it. Synthetic.
 */
export function syntheticVisitors(count: number, { seed = 1, from = 0, days = 60 } = {}): VisitorEvents[] {
  return Array.from({ length: count }, (_, visitor) => {
    const random = seededRandom(seed * 1_000_003 + visitor);
    const subject = visitor % 3 === 0 ? `c:${visitor}` : `s:${visitor}`;
    const persona = randomItem(PERSONAS, random);
    const events: VisitorEvent[] = [];
    for (let day = random() * 20; day < days; day += 4 + 20 * random())
      events.push(...sessionOf(persona, subject, from + day * DAY, random));
    return { visitor: subject, events, merges: [] };
  });
}

function sessionOf(persona: (typeof PERSONAS)[number], subject: string, startAt: number, random: () => number) {
  const events: VisitorEvent[] = [];
  let at = Math.round(startAt);
  const add = (type: VisitorEvent['type'], more: Partial<VisitorEvent> = {}) => {
    at += Math.round(5_000 + 50_000 * random());
    events.push({
      subject,
      type,
      at,
      product: null,
      quantity: 1,
      requestId: null,
      isSortedByPrice: false,
      isWithoutResults: false,
      orderKey: null,
      position: 0,
      loggedAt: at,
      isHistorical: true,
      ...more,
    });
  };
  const pick = (isDiscounted = false) => {
    const number = Math.floor(random() * 10) * 10;
    return syntheticProduct(isDiscounted ? number + 9 : number + Math.floor(9 * random()));
  };
  switch (persona) {
    case 'buyer': {
      add('VIEW', { product: pick() });
      const product = pick();
      add('VIEW', { product });
      add('ADD_TO_CART', { product });
      if (random() < 0.9) add('PURCHASE', { product, orderKey: `o:${subject}:${at}` });
      break;
    }
    case 'leaver':
      add('VIEW', { product: pick() });
      break;
    case 'comparer': {
      const category = Math.floor(random() * 10) * 10;
      for (let page = 0; page < 10; page++) add('VIEW', { product: syntheticProduct(category + (page % 2)) });
      break;
    }
    case 'bargain-hunter':
      for (let page = 0; page < 5; page++) {
        add('SEARCH', { isSortedByPrice: true, requestId: `${subject}-${at}` });
        add('VIEW', { product: pick(true) });
      }
      break;
    case 'browser':
      for (let page = 0; page < 8; page++) {
        add('IMPRESSION', { product: pick() });
        add('LIKE', { product: pick() });
      }
  }
  return events;
}
