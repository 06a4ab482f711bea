import { OrderAnalytics } from '../../../src/orders/order-analytics.service';
import type { StreamInput } from '../../../src/streams/stream-input.type';

const CONFLICT = { index: 0, code: 'CONFLICT', message: 'there is one' };

function analytics(known: string[], created: StreamInput[] = [], totals: unknown[] = []): OrderAnalytics {
  return new OrderAnalytics(
    {
      streams: () => Promise.resolve(known.map((id) => ({ id })) as never),
      create: (stream) => {
        const errors = created.some(({ id }) => id === stream.id) ? [CONFLICT] : [];
        if (errors.length === 0) created.push(stream);
        return Promise.resolve({ stream: null, receipt: null, errors });
      },
    },
    { totals: () => Promise.resolve(totals as never) },
  );
}

const total = (product: string, currency: string, units: string, revenue: string) => ({
  key: `${product} ${currency}`,
  keys: [product, currency],
  values: [
    { name: 'revenue', decimal: revenue },
    { name: 'units', decimal: units },
  ],
});

describe('the ready-made streams', () => {
  it('are created once: existing ones stay, also with two concurrent requests', async () => {
    const created: StreamInput[] = [];
    const first = await analytics(['sales-by-day'], created).createStreams('UTC');
    expect(first).toMatchObject({ existing: ['sales-by-day'], errors: [] });
    expect(first.created).toEqual(created.map(({ id }) => id));
    expect(first.created).toHaveLength(12);
    const second = await analytics(['sales-by-day'], created).createStreams('UTC');
    expect([second.created, second.existing.length]).toEqual([[], 13]);
    const many = Array.from({ length: 101 }, (_, n) => `p${n}`);
    await expect(analytics([], []).createStreams('UTC', many)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('best sellers', () => {
  const range = { from: new Date('2026-03-01'), to: new Date('2026-04-01') };
  const totals = [total('cup', 'EUR', '5', '0.1'), total('mug', 'EUR', '2', '0.90'), total('mug', 'USD', '5', '0.2')];

  it('are by product and currency, in the requested order', async () => {
    const sellers = await analytics([], [], totals).bestSellers(range, 10);
    expect(sellers.map(({ productId, currency, units }) => [productId, currency, units])).toEqual([
      ['mug', 'USD', 5],
      ['cup', 'EUR', 5],
      ['mug', 'EUR', 2],
    ]);
    expect(await analytics([], [], totals).bestSellers({ ...range, by: 'REVENUE', currency: 'EUR' }, 1)).toEqual([
      { productId: 'mug', currency: 'EUR', units: 2, revenue: '0.90' },
    ]);
  });

  it('cover a year at most, forwards', async () => {
    await expect(analytics([]).bestSellers({ from: range.to, to: range.from }, 1)).rejects.toThrow('before');
    await expect(analytics([]).bestSellers({ ...range, to: new Date('2028-01-01') }, 1)).rejects.toThrow('366');
  });
});
