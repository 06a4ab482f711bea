import { orderStreams } from '../../../src/orders/order-streams';
import { specOf } from '../../../src/streams/stream-spec.service';

describe('the ready-made streams of orders', () => {
  it('are streams, each with an id of its own, in the time zone that was asked for', () => {
    const streams = orderStreams('Europe/Berlin');
    expect(new Set(streams.map(({ id }) => id)).size).toBe(streams.length);
    for (const stream of streams) expect(specOf(stream).window.timeZone).toBe('Europe/Berlin');
  });

  it('are refused as a whole stream is, where the time zone is none', () => {
    expect(() => orderStreams('Mars/Olympus').map(specOf)).toThrow();
  });
});
