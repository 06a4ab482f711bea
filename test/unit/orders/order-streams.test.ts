import type { StoredEvent } from '../../../src/events/stored-event';
import { orderStreams } from '../../../src/orders/order-streams';
import { compileStream } from '../../../src/streams/compile-stream';
import type { StreamInput } from '../../../src/streams/stream-input.type';
import { parseStreamInput } from '../../../src/streams/parse-stream-input.service';

describe('the ready-made streams of orders', () => {
  it('are streams, each with an id of its own, in the time zone that was asked for', () => {
    const streams = orderStreams('Europe/Berlin');
    expect(new Set(streams.map(({ id }) => id)).size).toBe(streams.length);
    for (const stream of streams) expect(parseStreamInput(stream).window.timeZone).toBe('Europe/Berlin');
  });

  it('count no placements as keys that the shop has not named, where it names its own', () => {
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

  it('are refused as a whole stream is, where the time zone is none', () => {
    expect(() => orderStreams('Mars/Olympus').map(parseStreamInput)).toThrow();
  });
});
