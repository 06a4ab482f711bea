import type { AnswerContent } from '../../../src/support/answers/answer';
import { answerText } from '../../../src/support/answers/answer-text';
import { ORDER_STATUSES, type OrderStatus } from '../../../src/orders/life-cycle';
import type { Order } from '../../../src/orders/order.type';
import { ANSWER_LANGUAGES } from '../../../src/support/language/languages';
import { ORDER_REQUEST_KINDS, type OrderRequestRecord } from '../../../src/support/requests/order-request';
import { requestAnswer, requestNotice, type RequestFacts } from '../../../src/support/requests/request-answer';

const PLACED_AT = new Date('2026-03-01T12:00:00Z');
const orderOf = (status: OrderStatus) => ({ id: 'A-1', status, placedAt: PLACED_AT }) as Order;
const request: OrderRequestRecord = {
  id: 'r',
  kind: 'CANCEL',
  orderId: 'A-1',
  text: null,
  lines: [],
  problem: null,
  pictures: [],
  conversationId: 'c',
  ordinal: 3,
  state: 'REQUESTED',
  note: null,
  requestedAt: PLACED_AT,
  resolvedAt: null,
};
const answerTo = (fields: Partial<RequestFacts>, language: AnswerContent['language'] = 'en') =>
  requestAnswer(
    { kind: 'CANCEL', order: orderOf('PAID'), pending: undefined, text: 'x', newId: 'b', ...fields },
    { language, timeZone: 'UTC' },
  );
const templates = ({ parts }: AnswerContent) => parts.map(({ template }) => template);

describe.each(['CANCEL', 'CHANGE'] as const)('an answer to a wish to %s an order', (kind) => {
  it.each(ORDER_STATUSES)('of the status %s offers a button only if the order is open, and a person', (status) => {
    const content = answerTo({ kind, order: orderOf(status) });
    const isOpen = ['PLACED', 'PAID', 'PACKED'].includes(status);
    expect(content.actions ?? []).toHaveLength(isOpen ? 1 : 0);
    expect(content.choices.at(-1)!.meaning).toEqual({ kind: 'PERSON' });
    const isReturnable = ['SHIPPED', 'DELIVERED'].includes(status);
    expect(content.choices.some(({ meaning }) => meaning.kind === 'ORDER')).toBe(isReturnable);
    expect(content.parts[0].slots.status.value).toBe(status);
  });

  it('offers no second button while the shop has not decided', () => {
    const content = answerTo({ kind, pending: { ...request, kind } });
    expect(content.actions).toBeUndefined();
    const { state, requestedAt } = content.parts[1].slots;
    expect([state.value, requestedAt.value]).toEqual(['REQUESTED', PLACED_AT.toISOString()]);
  });
});

it('a change sends what the answer shows, in one visible line', () => {
  const content = answerTo({ kind: 'CHANGE', text: `to\u202e5 Elm\nStreet {order} ${'x'.repeat(600)}` });
  const [action] = content.actions!;
  expect(action).toMatchObject({ id: 'b', kind: 'CHANGE', orderId: 'A-1' });
  expect(action.text).toHaveLength(500);
  expect(action.text).toMatch(/^to 5 Elm Street \{order\} x+…$/u);
  expect(answerText(content)).toContain(`“${action.text!}”`);
});

describe('an answer to a problem', () => {
  const lines = (shippedQuantity: number, returnedQuantity: number) => [{ shippedQuantity, returnedQuantity }];
  const problem = (status: OrderStatus, shipped: number, returned: number, pending?: OrderRequestRecord) =>
    answerTo({
      ...{ kind: 'PROBLEM', pending, text: 'it is broken' },
      order: { ...orderOf(status), lines: lines(shipped, returned) } as Order,
    });

  it('offers a button, with what the customer has written, if the customer has units of the order', () => {
    const content = problem('SHIPPED', 1, 0);
    expect(content.actions).toEqual([{ id: 'b', kind: 'PROBLEM', orderId: 'A-1', text: 'it is broken' }]);
    expect(templates(content)).toEqual(['order.summary', 'problem.offer']);
    expect(content.choices.at(-1)!.meaning).toEqual({ kind: 'PERSON' });
  });

  it('offers none before the order is shipped, after all was returned, and while the shop has not decided', () => {
    expect(templates(problem('PAID', 0, 0))).toEqual(['order.summary', 'order.not-shipped']);
    expect(templates(problem('RETURNED', 1, 1))).toEqual(['order.summary']);
    const pending = problem('SHIPPED', 1, 0, { ...request, kind: 'PROBLEM' });
    expect(templates(pending)).toEqual(['order.summary', 'problem.pending']);
    expect(pending.actions).toBeUndefined();
  });
});

it('an order that is cancelled is not to be cancelled', () => {
  expect(templates(answerTo({ order: orderOf('CANCELLED') }))).toEqual(['order.summary']);
  expect(templates(answerTo({ kind: 'CHANGE', order: orderOf('CANCELLED') }))).toEqual([
    'order.summary',
    'change.too-late',
  ]);
});

it.each(ANSWER_LANGUAGES)('a notice in %s states the order, the state, and what the shop writes', (language) => {
  for (const kind of ORDER_REQUEST_KINDS)
    for (const state of ['REQUESTED', 'CONFIRMED', 'DECLINED'] as const) {
      const content = requestNotice({ ...request, kind, state, note: 'Sorry.' }, language);
      const slots = Object.assign({}, ...content.parts.map((part) => part.slots)) as Record<string, { value: string }>;
      expect(Object.fromEntries(Object.entries(slots).map(([name, { value }]) => [name, value]))).toEqual({
        order: 'A-1',
        state,
        note: 'Sorry.',
      });
      expect(content.choices).toHaveLength(state === 'DECLINED' ? 1 : 0);
    }
});
