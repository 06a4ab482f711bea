import type { Shipment } from '../../../src/logistics/shipment.type';
import type { Order } from '../../../src/orders/order.type';
import { answerText } from '../../../src/support/answers/answer-text';
import { refundAnswer, returnAnswer, type StatedParts } from '../../../src/support/answers/return-answer';

const day = (number: number, hour = 12) => new Date(Date.UTC(2026, 4, number, hour));
const euro = (amount: string) => ({ amount, currency: 'EUR' });
const wording = { language: 'en', timeZone: 'UTC' } as const;

const order = (more: Partial<Order> = {}) =>
  ({
    ...{ id: 'A-1', kind: 'SALE', status: 'DELIVERED', paymentState: 'PAID', placedAt: day(1), asOf: day(20) },
    ...{ payments: [], charged: euro('5.00'), refunded: euro('0'), returnableUntil: day(19, 23) },
    history: [{ status: 'DELIVERED', occurredAt: day(5), recordedAt: day(5), movedBy: 'shipments', lines: null }],
    ...more,
  }) as Order;
const parcel = (more: Partial<Shipment> = {}) =>
  ({
    ...{ id: 'p', kind: 'OUTBOUND', carrier: 'dhl', trackingNumber: null, status: 'DELIVERED', place: null },
    ...{ statusAt: day(5), deliveredAt: day(5) },
    ...more,
  }) as Shipment;
const facts = (more: Partial<Order> = {}) => ({
  order: order(more),
  outbound: [parcel()],
  returns: [],
  returnDays: 14,
});
const textOf = ({ parts }: StatedParts) => answerText({ language: 'en', parts }).replace(/^.*\n?/, '');
const payment = (id: string, kind: 'CHARGE' | 'REFUND', amount: string) => ({
  ...{ id, kind, amount: euro(amount), occurredAt: day(8), method: null },
});

describe('an answer about a return', () => {
  it('states the last day, also after it', () => {
    const open = returnAnswer(facts({ returnableUntil: day(21) }), wording);
    expect(textOf(open)).toBe('The last day to return it is 21 May 2026.');
    expect(open.needsPerson).toBe(false);
    const late = returnAnswer(facts(), wording);
    expect(textOf(late)).toContain('ended on 19 May 2026');
    expect(late.needsPerson).toBe(true);
  });

  it('states no deadline if a parcel has arrived later than the order counts as delivered, or is on its way', () => {
    for (const other of [{ deliveredAt: day(9) }, { deliveredAt: null, status: 'HUB_IN' as const }]) {
      const stated = returnAnswer({ ...facts(), outbound: [parcel(), parcel({ id: 'q', ...other })] }, wording);
      expect(textOf(stated)).toBe('');
      expect(stated.needsPerson).toBe(true);
    }
  });

  it('compares parcels with the delivery that the deadline counts from, not with what was taken back or reported since', () => {
    const move = (status: 'DELIVERED' | 'SHIPPED', occurredAt: Date) =>
      ({ status, occurredAt, recordedAt: occurredAt, movedBy: 'shipments', lines: null }) as const;
    const withHistory = (...history: Order['history']) => ({
      ...facts({ history }),
      outbound: [parcel({ deliveredAt: day(9) })],
    });
    const takenBack = [move('DELIVERED', day(12)), move('SHIPPED', day(13)), move('DELIVERED', day(5))];
    for (const history of [takenBack, [move('DELIVERED', day(5)), move('DELIVERED', day(10))]])
      expect(textOf(returnAnswer(withHistory(...history), wording))).toBe('');
    const corrected = [move('DELIVERED', day(5)), move('SHIPPED', day(10)), move('DELIVERED', day(9))];
    expect(textOf(returnAnswer(withHistory(...corrected), wording))).toContain('19 May 2026');
  });

  it('states no deadline of an order that is on its way back', () => {
    const back = parcel({ id: 'r', kind: 'RETURN', status: 'PICKED_UP', deliveredAt: null });
    const stated = returnAnswer({ ...facts(), returns: [back] }, wording);
    expect(textOf(stated)).toBe('About your return:\nParcel r with dhl: handed over to the carrier, since 5 May 2026.');
    const refused = returnAnswer({ ...facts(), returns: [{ ...back, status: 'RETURNING' }] }, wording);
    expect(textOf(refused)).toContain('on its way back to you');
  });

  it('does not say that an order was not delivered if a part of it was', () => {
    const shipped: Partial<Order> = { status: 'SHIPPED', returnableUntil: null, history: [] };
    const none = returnAnswer({ ...facts(shipped), outbound: [] }, wording);
    expect(textOf(none)).toContain('Its delivery has not been recorded yet.');
    const part = returnAnswer(facts(shipped), wording);
    expect(textOf(part)).toBe('');
    expect(part.needsPerson).toBe(true);
  });
});

describe('an answer about a refund', () => {
  it('claims nothing of payments that no one has recorded', () => {
    const none = refundAnswer(facts({ status: 'CANCELLED', charged: euro('0') }), wording);
    expect(textOf(none)).toBe('No payment has been recorded for it.');
    expect(none.needsPerson).toBe(true);
    const charged = refundAnswer(facts({ payments: [payment('c', 'CHARGE', '5.00')] }), wording);
    expect(textOf(charged)).toBe('No refund has been recorded for it yet.');
  });

  it('states each refund, and the total', () => {
    const payments = [payment('c', 'CHARGE', '5.00'), payment('r', 'REFUND', '5.00')];
    const whole = refundAnswer(facts({ payments, paymentState: 'REFUNDED', refunded: euro('5.00') }), wording);
    expect(textOf(whole)).toBe('€5.00 was refunded on 8 May 2026.\nIn total, €5.00 of €5.00 has been refunded.');
    const half = [payment('c', 'CHARGE', '5.00'), payment('r', 'REFUND', '2.50')];
    const part = refundAnswer(
      facts({ payments: half, paymentState: 'PARTIALLY_REFUNDED', refunded: euro('2.50') }),
      wording,
    );
    expect(textOf(part)).toBe('€2.50 was refunded on 8 May 2026.\nIn total, €2.50 of €5.00 has been refunded.');
  });

  it('states the refund of a return that is an order of its own, which has no charges', () => {
    const payments = [payment('r', 'REFUND', '5.00')];
    const note = refundAnswer(facts({ kind: 'RETURN', payments, charged: euro('0'), refunded: euro('5.00') }), wording);
    expect(textOf(note)).toBe('€5.00 was refunded on 8 May 2026.');
  });
});
