import fc from 'fast-check';
import { compileStream } from '../../../src/streams/compile-stream';
import { SpecFault, type StreamSpec } from '../../../src/streams/stream-spec';
import { checkGraph } from '../../../src/streams/stream-graph';
import { eventOfWindow } from '../../../src/streams/window-event';
import { aggregate } from './aggregate-spec';

const NOON = Date.UTC(2026, 2, 1, 12);

describe('streams over streams', () => {
  it('may be up to three deep, without cycles, over existing ones', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    const graphs = fc.array(fc.option(fc.nat(6)), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(graphs, (overs) => {
        const over = new Map(ids.map((id, at) => [id, overs[at] === null ? null : (ids[overs[at]] ?? 'nothing')]));
        const wayOf = (id: string | null, seen: readonly string[]): readonly string[] | undefined =>
          id === null ? seen : seen.includes(id) || !over.has(id) ? undefined : wayOf(over.get(id)!, [...seen, id]);
        const isRight = ids.every((id) => (wayOf(id, [])?.length ?? Infinity) <= 4);
        const check = () => checkGraph(over);
        if (isRight) expect(check).not.toThrow();
        else expect(check).toThrow(SpecFault);
      }),
    );
  });

  it('count windows by their keys and values', () => {
    const below: StreamSpec = {
      from: [],
      filter: null,
      variables: {},
      derive: [],
      keys: [
        { name: 'product', expression: 'event.productId' },
        { name: 'place', expression: 'event.placement' },
      ],
      window: { kind: 'TUMBLING', size: 'PT1H', slide: null, gap: null, timeZone: 'UTC' },
      aggregates: [
        aggregate('revenue', 'SUM', 'event.amount'),
        aggregate('ratings', 'AVERAGE', 'event.rating'),
        aggregate('prices', 'QUANTILES', 'event.unitPrice'),
        aggregate('who', 'TOP', 'event.customerId'),
      ],
      lateness: 'PT10M',
    };
    const stream = compileStream(below);
    const into = stream.empty();
    for (const unitPrice of ['0.10', '0.20']) {
      const event = { source: 'ORDERS', id: unitPrice, type: 'PURCHASE', occurredAt: NOON + 5, quantity: 1 } as const;
      const more = { unitPrice, productId: 'mug', placement: 'home' };
      stream.add({ ...event, ...more }, { receivedAt: NOON, backfill: false }, into, 7);
    }
    expect(eventOfWindow('sales', below, into.all()[0])).toMatchObject({
      name: 'sales',
      occurredAt: NOON,
      properties: {
        keys: { product: 'mug', place: 'home' },
        values: { revenue: 0.3, prices: expect.closeTo(0.1, 2) as number },
        events: 2,
        end: new Date(NOON + 3_600_000),
      },
    });
  });
});
