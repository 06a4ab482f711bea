import { DeliveryLineReader } from '../../../../src/evaluation/deliveries/delivery-lines';

const NOW = Date.UTC(2026, 5, 1);

function read(text: string, names?: readonly string[]) {
  const reader = new DeliveryLineReader(names, NOW);
  for (const line of text.split('\n')) reader.read(line);
  return reader.finish();
}

describe('a file of parcels', () => {
  it('has columns with known names', () => {
    const { parcels, skipped } = read(
      'order_id,order_purchase_timestamp,order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date,customer_state\n' +
        'A,2018-03-01 10:00:00,2018-03-02 12:30:00,2018-03-07 15:00:00,2018-03-20 00:00:00,SP\n' +
        'B,2018-03-01 11:00:00,,,2018-03-20 00:00:00,RJ\n',
    );
    expect(skipped).toEqual([]);
    expect(parcels).toEqual([
      expect.objectContaining({
        ...{ id: 'A', destination: 'SP', carrier: '', promisedAt: Date.UTC(2018, 2, 20) },
        scans: [
          { type: 'LABEL_CREATED', at: Date.UTC(2018, 2, 1, 10), hub: null },
          { type: 'PICKED_UP', at: Date.UTC(2018, 2, 2, 12, 30), hub: null },
          { type: 'DELIVERED', at: Date.UTC(2018, 2, 7, 15), hub: null },
        ],
      }),
      expect.objectContaining({ id: 'B', scans: [expect.objectContaining({ type: 'LABEL_CREATED' })] }),
    ]);
  });

  it('has columns that --columns names, and dates with the day first if one of them demands it', () => {
    const names = ['label-created=Bestellt', 'out-for-delivery=Tour', 'delivered=Da', 'destination=Ort'];
    const { parcels } = read('Bestellt;Ort;Tour;Da\n01/02/2026;DE-1;;13/02/2026', names);
    expect(parcels[0]?.scans).toEqual([
      { type: 'LABEL_CREATED', at: Date.UTC(2026, 1, 1), hub: null },
      { type: 'DELIVERED', at: Date.UTC(2026, 1, 13), hub: null },
    ]);
    expect(parcels[0]?.id).toBe(' 2');
  });

  it('may have several parcels of an order', () => {
    const { parcels } = read(
      'order,ordered,delivered\nA,2026-03-01,2026-03-02\nA,2026-03-01,2026-03-04\nB,2026-03-01,',
    );
    expect(parcels.map(({ id }) => id)).toEqual(['A', 'A 3', 'B']);
  });

  it('skips lines that make no sense, with their reasons', () => {
    const { parcels, skipped } = read(
      'label-created,delivered\n2026-03-02,2026-03-01\n,2026-03-01\n2026-03-32,\n"2026-03-01,\n2026-03-01,2026-03-02',
    );
    expect(parcels).toHaveLength(1);
    expect(skipped).toEqual([
      { line: 2, reason: 'a time is after the delivery' },
      { line: 3, reason: 'there is no time before the delivery' },
      { line: 4, reason: 'the time of LABEL_CREATED can\'t be read; got "2026-03-32"' },
      { line: 5, reason: 'a quoted field is not closed' },
    ]);
  });

  it('skips lines with an implausible time', () => {
    const { parcels, skipped } = read(
      'label-created,delivered,promised\n2026-03-01,9999-12-31,\n2026-03-01,99999999999999999999,\n1970-01-01,1970-01-05,\n' +
        '2026-03-01,20260301123000,\n2024-03-01,2026-03-05,\n2026-05-30,,2026-06-05\n2026-05-30,2026-06-02,\n' +
        '2026-03-01,,9999-12-31',
    );
    expect(parcels.map(({ scans }) => scans.map(({ type }) => type))).toEqual([['LABEL_CREATED']]);
    expect(skipped).toEqual([
      { line: 2, reason: 'a time is in the future' },
      { line: 3, reason: 'a time is in the future' },
      { line: 4, reason: 'a time is before 1990' },
      { line: 5, reason: 'a time is in the future' },
      { line: 6, reason: 'a time is more than a year after the first one' },
      { line: 8, reason: 'a time is in the future' },
      { line: 9, reason: 'a time is more than a year after the first one' },
    ]);
  });

  it('needs the delivery and an earlier time', () => {
    expect(() => read('delivered,destination\n')).toThrow(
      /^the first line must name a column with the time of delivery/,
    );
    expect(() => read('a,b\n', ['picked-up=c'])).toThrow('--columns: the first line has no column c; it has a, b');
    expect(() => read('a,b\n', ['weight=a'])).toThrow(/^--columns: there is no column role weight; the roles are id, /);
    expect(() => read('a,b\n', ['wieght'])).toThrow(/^--columns: there is no column role wieght; /);
    expect(() => read('a,b\n', ['delivered=a', 'delivered=b'])).toThrow('--columns names delivered twice');
  });
});
