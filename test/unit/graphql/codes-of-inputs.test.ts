import 'reflect-metadata';
import { mergeProduct } from '../../../src/catalog/merge-product';
import { validateEvent } from '../../../src/events/validate';
import { eventOfShipmentInput } from '../../../src/logistics/input-events';
import { mergeOrder } from '../../../src/orders/merge-order';
import { faultOfOrder, faultOfPayment } from '../../../src/orders/check-order';

const NOW = Date.parse('2026-03-01T00:00:00Z');
const money = (currency: string, amount = '1.00') => ({ amount, currency });

it('the currency and the language of a product are stored in one form, or refused', () => {
  const product = (more: object) => mergeProduct(undefined, { id: 'p', title: 'Lamp', ...more }, NOW);
  expect(product({ price: money('eur'), listPrice: money('Eur'), language: 'PT_br' })).toMatchObject({
    ...{ currency: 'EUR', language: 'pt-BR' },
  });
  expect(product({ price: money('Euro') })).toMatchObject({ code: 'BAD_USER_INPUT', path: 'price.currency' });
  expect(product({ listPrice: money('XXX') })).toMatchObject({ code: 'BAD_USER_INPUT', path: 'listPrice.currency' });
  for (const language of ['german', 'xx', 'jp'])
    expect(product({ language })).toMatchObject({ code: 'BAD_USER_INPUT', path: 'language' });
});

it('the currency of an order and of its payments is stored in one form, or refused', () => {
  const order = (currencies: readonly string[], more: object = {}) => ({
    ...{ id: 'o', customerId: 'c', ...more },
    lines: currencies.map((currency, index) => ({
      ...{ id: String(index), productId: 'p', quantity: 1, unitPrice: money(currency) },
    })),
  });
  const given = order(['eur', 'EUR'], { shipping: money('Eur') });
  expect(faultOfOrder(given, NOW)).toBeUndefined();
  const context = { recordedAt: new Date(NOW).toISOString(), movedBy: 'KEY' };
  expect(mergeOrder(undefined, given, context)).toMatchObject({ currency: 'EUR', total: '3.00' });
  expect(faultOfOrder(order(['EUR', 'ABC']), NOW)).toMatchObject({ path: 'lines[1].unitPrice.currency' });
  const payment = { id: 'x', orderId: 'o', kind: 'CHARGE' as const, occurredAt: new Date(NOW), amount: money('eur') };
  expect(faultOfPayment(payment, NOW)).toBeUndefined();
  expect(payment.amount.currency).toBe('EUR');
  expect(faultOfPayment({ ...payment, amount: money('XTS') }, NOW)).toMatchObject({ path: 'amount.currency' });
});

it('the currency of the price of an event is stored in one form, or refused', () => {
  const event = (currency: string) =>
    validateEvent({ type: 'PURCHASE', customerId: 'c', productId: 'p', unitPrice: money(currency) }, {
      sender: { scope: 'SERVER' },
      now: NOW,
      knowsProduct: () => true,
    } as never);
  expect(event('usd')).toMatchObject({ currency: 'USD' });
  expect(event('dollar')).toMatchObject({ path: 'unitPrice.currency' });
});

it('the countries of a shipment are stored in one form, or refused', () => {
  const shipment = (origin: string, destination: string) =>
    eventOfShipmentInput(
      {
        ...{ id: 's', orderId: 'o', carrier: 'DHL', origin: { country: origin } },
        destination: { country: destination, postcode: '10115' },
      },
      NOW,
    );
  expect(shipment('uk', 'el')).toMatchObject({ properties: { originCountry: 'GB', country: 'GR' } });
  expect(shipment('UK', ' de ')).toMatchObject({ properties: { originCountry: 'GB', country: 'DE' } });
  expect(shipment('XX', 'DE')).toMatchObject({ code: 'BAD_USER_INPUT', path: 'origin.country' });
  expect(shipment('DE', 'Germany')).toMatchObject({ code: 'BAD_USER_INPUT', path: 'destination.country' });
});
