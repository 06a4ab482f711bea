/** Messages of conversations as they are stored, and the events about them in the log. */
import type { DeliveryEstimate } from '../../../src/logistics/delivery-estimate';
import type { Shipment } from '../../../src/logistics/shipment.type';
import type { Order } from '../../../src/orders/order.type';
import { orderAnswer } from '../../../src/support/answers/order-answer';
import { answerText } from '../../../src/support/answers/answer-text';
import { supportEvent } from '../../../src/support/support-event';
import type { AnswerContent } from '../../../src/support/answers/answer';
import type { MadeChoice } from '../../../src/support/conversation';
import type { RequestedUnits } from '../../../src/support/requests/order-request';
import type { UnderstoodMessage } from '../../../src/support/understanding/understood-message';
import { everyFixtureIsRead, storedFixtures } from '../../setup/stored-fixtures';

const fixtures = storedFixtures('conversations');

const order = { id: 'o1', status: 'SHIPPED', placedAt: new Date('2026-01-02T10:00:00Z') } as Order;
const shipment = {
  ...{ id: 'p1', trackingNumber: 'JD0042', carrier: 'dhl', status: 'HUB_IN', place: 'Leipzig', deliveredAt: null },
  ...{ statusAt: new Date('2026-01-03T10:00:00Z'), promisedAt: new Date('2026-01-04T10:00:00Z') },
  ...{ isLate: true, isStuck: true },
} as Shipment;
const estimate: DeliveryEstimate = {
  ...{ earliest: new Date('2026-01-05T08:00:00Z'), median: new Date('2026-01-05T10:00:00Z') },
  ...{ latest: new Date('2026-01-06T18:00:00Z'), basis: 'LANE', days: [20_458, 20_459], comparedParcels: 50 },
};
const stated = orderAnswer({ order, parcels: [{ shipment, estimate }], returns: [] }, 'order-status', {
  language: 'en',
  timeZone: 'UTC',
});
const content: AnswerContent = {
  ...{ language: 'en', outcome: 'ANSWERED', parts: stated.parts, cards: stated.cards },
  choices: [
    { text: 'Return something', meaning: { kind: 'INTENT', intent: 'return-item' } },
    { text: 'o1 (shipped)', meaning: { kind: 'ORDER', orderId: 'o1', intent: 'order-status' } },
    { text: 'Talk to a person', meaning: { kind: 'PERSON' } },
  ],
  quotes: [{ articleId: 'returns', title: 'Returns', url: 'https://shop.example/returns' }],
};
const understood: UnderstoodMessage = {
  ...{ intent: 'order-status', confidence: 0.9, modelVersion: 'v1', corrected: 'late-delivery' },
  candidates: [{ intent: 'order-status', confidence: 0.9 }],
};
const choice: MadeChoice = { of: 2, index: 1 };
const lines: readonly RequestedUnits[] = [{ lineId: 'l1', quantity: 2 }];

it('an answer', () => fixtures.check('content', content));

it('the text of a stored answer', () =>
  fixtures.check('text', answerText(fixtures.json<AnswerContent>('content')).split('\n')));

it('what was understood, and a choice', () => fixtures.check('message', { understood, choice }));

it('the lines of a request about an order', () => fixtures.check('requested', lines));

it('an event', () =>
  fixtures.check(
    'event',
    supportEvent('support_answered', { id: 'c1', customerId: 'ann', sessionId: 's1' }, 1, 1_700_000_000_000, {
      intent: 'order-status',
      outcome: 'ANSWERED',
    }),
  ));

everyFixtureIsRead(fixtures);
