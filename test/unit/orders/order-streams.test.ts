import type { StoredEvent } from '../../../src/events/stored-event';
import { orderStreams } from '../../../src/orders/order-streams';
import { textOfDecimal } from '../../../src/learn/exact-decimal';
import { compileStream } from '../../../src/streams/compile-stream';
import type { StreamInput } from '../../../src/streams/stream-input.type';
import { parseStreamInput } from '../../../src/streams/parse-stream-input';

describe('the ready-made streams of orders', () => {
  it('are valid streams, each with its own id, in the requested time zone', () => {
    const streams = orderStreams('Europe/Berlin');
    expect(new Set(streams.map(({ id }) => id)).size).toBe(streams.length);
    for (const stream of streams) expect(parseStreamInput(stream).window.timeZone).toBe('Europe/Berlin');
  });

  it('count only placements that the shop has named as keys, if it names any', () => {
    const keysOf = (placements?: string[]) => {
      const input = orderStreams('UTC', placements).find(({ id }) => id === 'conversion-by-hour') as StreamInput;
      const stream = compileStream(parseStreamInput(input));
      const into = stream.empty();
      for (const placement of ['home', 'made-up', undefined]) {
        const event = {
          source: 'STOREFRONT',
          id: `e-${placement}`,
          type: 'CLICK',
          occurredAt: 0,
          sessionId: 'v',
          placement,
        };
        stream.add(event as unknown as StoredEvent, { receivedAt: 0, backfill: false }, into, 1);
      }
      return into.all().map(({ key, state }) => `${key} ${state.events}`);
    };
    expect(keysOf()).toEqual(['home 1', 'made-up 1', '- 1']);
    expect(keysOf(['home', 'cart'])).toEqual(['home 1', '- 2']);
  });

  it('include streams by the segment of the customer on request', () => {
    const idsOf = (bySegment: boolean) => orderStreams('UTC', [], bySegment).map(({ id }) => id);
    expect(idsOf(true)).toEqual([...idsOf(false), 'segment-sales-by-day', 'segment-orders-by-day']);
    const input = orderStreams('UTC', [], true).find(({ id }) => id === 'segment-sales-by-day') as StreamInput;
    const stream = compileStream(parseStreamInput(input));
    const into = stream.empty();
    const line = { source: 'ORDERS', occurredAt: 0, quantity: 2, unitPrice: '4.50', currency: 'EUR' };
    for (const [type, segment] of [
      ['PURCHASE', '3'],
      ['PURCHASE', 'NEW'],
      ['RETURN', '3'],
      ['PURCHASE', '3'],
      ['PURCHASE', undefined],
    ] as const) {
      const event = { ...line, id: `e${into.all().length}`, type } as unknown as StoredEvent;
      stream.add(event, { receivedAt: 0, backfill: false, segment }, into, 1);
    }
    const revenues = into.all().map(({ key, state }) => {
      const { decimal } = state.aggregates[0].result();
      return [key, decimal && textOfDecimal(decimal)];
    });
    expect(revenues.sort()).toEqual([
      ['["-","EUR"]', '9'],
      ['["3","EUR"]', '9'],
      ['["NEW","EUR"]', '9'],
    ]);
  });

  it('are rejected as any stream is, if the time zone is invalid', () => {
    expect(() => orderStreams('Mars/Olympus').map(parseStreamInput)).toThrow();
  });
});
