import type { AnswerContent } from '../../../src/support/answers/answer';
import { IntentResolver, type AskedText } from '../../../src/support/answers/intent-resolver.service';
import type { AnsweringPassage } from '../../../src/support/articles/passage-answers';
import type { Product } from '../../../src/catalog/product.type';
import type { MessageRecord } from '../../../src/support/conversation';
import { namedNumbers } from '../../../src/support/understanding/entities';

const VIEWER: AskedText['viewer'] = { scope: 'STOREFRONT', keyId: 'k', customerId: 'c' };

interface Shop {
  /** Of the intents, the most probable first. */
  readonly model?: Readonly<Record<string, number>>;
  /** The numbers of the customer's own orders. */
  readonly own?: readonly string[];
  /** Whether the text names a product, by all of its words or by some. */
  readonly names?: 'all' | 'some';
  /** Whether the question asks for a fact of the product that it names, or of the one of the answer before. */
  readonly asksForFact?: boolean;
  /** Whether an article answers the question. */
  readonly hasArticle?: boolean;
  readonly mentionedId?: string;
  readonly messages?: readonly MessageRecord[];
}

/** The threshold of the model is .6. */
async function understood(text: string, shop: Shop = {}) {
  const { model = {}, own = [], names, asksForFact = false, hasArticle = false, mentionedId = null, messages } = shop;
  const read: string[] = [];
  const candidates = Object.entries(model).map(([intent, confidence]) => ({ intent, confidence }));
  const intent = candidates.length > 0 && candidates[0].confidence >= 0.6 ? candidates[0].intent : null;
  const resolver = new IntentResolver({
    understanding: {
      understand: (part, simplify) => {
        read.push(simplify!(part));
        return { intent, confidence: candidates[0]?.confidence ?? 0, candidates, modelVersion: 'v', part };
      },
    },
    articles: { find: () => (hasArticle ? ({ isForIntent: true } as AnsweringPassage) : undefined) },
    products: {
      named: () =>
        Promise.resolve({ named: names === undefined ? [] : [{ id: 'p' } as Product], namesAllWords: names === 'all' }),
      asksForFact: () => asksForFact,
    },
  });
  const ownNumbers = own.map((id) => ({ name: id, orderId: id, shipmentId: null }));
  const numbers = namedNumbers(text, ownNumbers);
  const asked: AskedText = { searches: new Map(), text, language: 'en', viewer: VIEWER, numbers, mentionedId };
  return { ...(await resolver.resolve(asked, messages ?? [])), read };
}
const resolve = async (text: string, shop: Shop = {}) => (await understood(text, shop)).intent;

/** A conversation with one question and its answer. */
const after = (intent: string | null, content: Partial<AnswerContent>) =>
  [
    { ordinal: 1, author: 'CUSTOMER', understood: intent === null ? null : { intent } },
    { ordinal: 2, author: 'AUTOMATIC', answerTo: 1, content: { parts: [], choices: [], ...content } },
    { ordinal: 3, author: 'CUSTOMER' },
  ] as unknown as MessageRecord[];

it('a notice of the shop does not end the question between orders', async () => {
  const notice = { ordinal: 3, author: 'AUTOMATIC', answerTo: null, content: { parts: [], choices: [] } };
  const messages = after('cancel-order', {
    choices: [{ text: 'A-1', meaning: { kind: 'ORDER', orderId: 'A-1', intent: 'cancel-order' } }],
  });
  const later = [...messages.slice(0, 2), notice, messages[2]] as unknown as MessageRecord[];
  expect(await resolve('10234', { messages: later })).toBe('cancel-order');
});

describe('the intent of a message', () => {
  it('is the certain one of the model, also if an order and a product are named', async () => {
    const shop = { model: { invoice: 0.7, 'order-status': 0.25 }, own: ['10234'], names: 'all' } as const;
    expect(await resolve('The invoice of order 10234', shop)).toBe('invoice');
  });

  it('is none if nothing is likely', async () => {
    expect(await resolve('Hm')).toBeNull();
    expect(await resolve('Hm', { model: { invoice: 0.59, 'order-status': 0.41 } })).toBeNull();
  });

  it('is read from a text with a plain number, and its part is the text of the customer', async () => {
    expect(await understood('Where is #A-77?')).toMatchObject({ read: ['Where is #10234?'], part: 'Where is #A-77?' });
  });
});

describe('the intent of a message with a number', () => {
  it('is about the own order that has it', async () => {
    const own = ['55'];
    expect(await resolve('what about #55', { own })).toBe('order-status');
    expect(await resolve('what about 55', { own })).toBeNull();
    expect(await resolve('what about 55', { own, model: { invoice: 0.5, 'refund-status': 0.2 } })).toBe(
      'refund-status',
    );
    expect(await resolve('hello #55', { own, model: { greeting: 0.9, 'refund-status': 0.19 } })).toBe('order-status');
  });

  it('is about an unknown order only if the number is certain and an intent about orders is likely', async () => {
    const likely = { model: { invoice: 0.3, 'return-item': 0.2 } };
    expect(await resolve('what about #55', likely)).toBe('return-item');
    expect(await resolve('what about 55', likely)).toBeNull();
    expect(await resolve('what about #55', { model: { invoice: 0.3, 'return-item': 0.19 } })).toBeNull();
  });

  it('is the status if there is nothing else in it, or the one for which an order was asked', async () => {
    const meaning = { kind: 'ORDER', orderId: '55', intent: 'refund-status' } as const;
    const messages = after('refund-status', { choices: [{ text: 'Order 55', meaning }] });
    expect(await resolve('#10234', { model: { greeting: 0.9 } })).toBe('order-status');
    expect(await resolve('#10234', { messages })).toBe('refund-status');
    expect(await resolve('the one with #55', { messages, own: ['55'] })).toBe('refund-status');
  });
});

describe('the intent of a message that names a product', () => {
  const names = 'all';

  it('is about the product unless another intent is likely', async () => {
    expect(await resolve('The red mug', { names })).toBe('product-availability');
    expect(await resolve('The red mug', { names, model: { 'product-details': 0.35 } })).toBe('product-details');
    expect(await resolve('The red mug', { names, model: { invoice: 0.29, 'product-details': 0.2 } })).toBe(
      'product-details',
    );
    const likely = { invoice: 0.3, 'product-details': 0.2 };
    expect(await resolve('Where is the red mug?', { names, model: likely })).toBeNull();
    expect(await resolve('The red mug', { names, model: likely })).toBe('product-details');
  });

  it('is about the product of which it has some words only if an intent about products is likely', async () => {
    expect(await resolve('The red mug', { names: 'some' })).toBeNull();
    expect(await resolve('The red mug', { names: 'some', model: { 'product-details': 0.2 } })).toBe('product-details');
  });

  it('is about the product if the model has found nothing but politeness', async () => {
    expect(await resolve('Hello, the red mug', { names, model: { greeting: 0.9 } })).toBe('product-availability');
    expect(await resolve('Hello', { model: { greeting: 0.9 } })).toBe('greeting');
  });

  it('is the one of the question before it, also if the product was asked for', async () => {
    const awaited = after('product-details', { parts: [{ template: 'product.which', slots: {} }] });
    expect(await resolve('The small one', { messages: awaited })).toBe('product-details');
    expect(await resolve('Which are good?', { messages: awaited, model: { 'product-recommendation': 0.9 } })).toBe(
      'product-details',
    );
    expect(await resolve('Cancel it', { messages: awaited, model: { 'cancel-order': 0.9 } })).toBe('cancel-order');
    expect(await resolve('#10234', { messages: awaited })).toBe('product-details');
    expect(await resolve('#10234', { messages: awaited, own: ['10234'] })).toBe('order-status');
    expect(await resolve('A human', { messages: awaited, model: { 'speak-to-person': 0.4 } })).toBe('speak-to-person');
    const between = after('greeting', { parts: [{ template: 'products.which', slots: {} }] });
    expect(await resolve('The small one', { messages: between })).toBe('product-availability');
    const stated = after('product-details', { parts: [{ template: 'product.availability', slots: {} }] });
    expect(await resolve('The small one', { messages: stated })).toBeNull();
    expect(await resolve('And the red mug?', { messages: stated, names })).toBe('product-details');
  });
});

describe('the intent of a message of which the model is less certain', () => {
  it('is a person from .4 on, also as the second', async () => {
    expect(await resolve('Help', { model: { complaint: 0.45, 'speak-to-person': 0.4 } })).toBe('speak-to-person');
    expect(await resolve('Help', { model: { 'speak-to-person': 0.39 } })).toBeNull();
  });

  it.each(['order-status', 'refund-status'])('is %s from .4 on', async (intent) => {
    expect(await resolve('Hm', { model: { [intent]: 0.4, invoice: 0.1 } })).toBe(intent);
    expect(await resolve('Hm', { model: { [intent]: 0.39 } })).toBeNull();
    expect(await resolve('Hm', { model: { invoice: 0.5, [intent]: 0.45 } })).toBeNull();
  });

  it('is about products from .4 on only after a question about products', async () => {
    const model = { 'product-details': 0.4 };
    const stated = after('product-availability', { parts: [{ template: 'product.availability', slots: {} }] });
    expect(await resolve('Big?', { model })).toBeNull();
    expect(await resolve('Big?', { model, messages: stated })).toBe('product-details');
  });

  it('is the one of an article that answers', async () => {
    const model = { 'gift-card': 0.4 };
    expect(await resolve('A card', { model, hasArticle: true })).toBe('gift-card');
    expect(await resolve('A card', { model })).toBeNull();
    expect(await resolve('A card', { model: { 'gift-card': 0.39 }, hasArticle: true })).toBeNull();
  });
});

describe('the intent of a message that asks for a fact of a product', () => {
  const asks = { asksForFact: true, model: { 'size-advice': 0.7 } };

  it('is about the product that it names, or the one of the answer before', async () => {
    expect(await resolve('How tall is the red mug?', { ...asks, names: 'some' })).toBe('product-details');
    expect(await resolve('How tall is it?', { ...asks, mentionedId: 'p' })).toBe('product-details');
    expect(await resolve('How tall is it?', asks)).toBe('size-advice');
  });

  it('is about orders if the model is certain of that', async () => {
    const shop = { ...asks, names: 'all', model: { 'order-status': 0.7 } } as const;
    expect(await resolve('Where is the red mug?', shop)).toBe('order-status');
  });

  it('is that of the question before if it corrects the product', async () => {
    const stated = after('product-availability', { parts: [{ template: 'product.availability', slots: {} }] });
    const model = { 'cancel-order': 0.66 };
    const corrected = { messages: stated, names: 'all', model } as const;
    expect(await resolve('No, I meant the red mug', corrected)).toBe('product-availability');
    expect(await resolve('Cancel the red mug', corrected)).toBe('cancel-order');
  });
});

describe('the intent of a message with the number of an own order', () => {
  it('is about that order, by what it names', async () => {
    const shop = { own: ['10234'], model: { 'payment-methods': 0.9 } };
    expect(await resolve('Have I paid #10234?', shop)).toBe('order-details');
    expect(await resolve('Has #10234 been refunded?', shop)).toBe('refund-status');
    expect(await resolve('#10234 arrived broken', { own: ['10234'], model: { 'damaged-item': 0.9 } })).toBe(
      'damaged-item',
    );
  });
});

describe('a message that names another order', () => {
  const answered = (content: object) =>
    [
      { ordinal: 1, author: 'CUSTOMER', choice: null, text: 'where is it', understood: { intent: 'order-status' } },
      { ordinal: 2, author: 'AUTOMATIC', answerTo: 1, text: '', content },
    ] as unknown as MessageRecord[];
  const card = { parts: [], choices: [], outcome: 'ANSWERED', cards: [{ kind: 'ORDER', id: '1' }] };
  const offers = ['1', '2'].map((orderId) => ({
    text: orderId,
    meaning: { kind: 'ORDER', orderId, intent: 'cancel-order' },
  }));
  const offer = { parts: [], choices: offers, outcome: 'ASKED_BACK', cards: [] };

  it.each(['no, the other one', 'not that one, the other order please'])('asks the same of it: %s', async (text) => {
    expect((await understood(text, { messages: answered(card) })).intent).toBe('order-status');
  });

  it.each(['the one with the book', 'both of them'])('says which one was meant: %s', async (text) => {
    expect((await understood(text, { messages: answered(offer) })).intent).toBe('cancel-order');
  });

  it.each(['I have another question', 'do you have other colours?'])('is none: %s', async (text) => {
    expect((await understood(text, { messages: answered(card) })).intent).toBeNull();
  });
});
