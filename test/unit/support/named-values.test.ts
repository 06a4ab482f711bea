import { entitiesOf } from '../../../src/support/understanding/entities';
import { namedAmounts, namedDays, namedEmails } from '../../../src/support/understanding/named-values';

describe('days in a text', () => {
  it.each([
    ['my order of 2026-10-03', [[2026, 10, 3]]],
    ['the one from 3 October', [[null, 10, 3]]],
    ['the one from the 3rd of October 2026, please', [[2026, 10, 3]]],
    ['ordered on Oct 12th', [[null, 10, 12]]],
    ['ordered on Sept. 2, 2025', [[2025, 9, 2]]],
    [
      'bestellt am 3.10.2026 oder 4.10.',
      [
        [2026, 10, 3],
        [null, 10, 4],
      ],
    ],
    ['10月3日的订单', [[null, 10, 3]]],
    ['2026年10月3号下的单', [[2026, 10, 3]]],
    ['２０２６年１０月３日', [[2026, 10, 3]]],
    ['٣ October', [[null, 10, 3]]],
    ['die vom 3. März', [[null, 3, 3]]],
    ['am 12. Dezember 2025', [[2025, 12, 12]]],
    ['celle du 3 août', [[null, 8, 3]]],
    ['le 1er juillet 2026', [[2026, 7, 1]]],
    ['el 5 de enero de 2026', [[2026, 1, 5]]],
    ['el 6 de junio', [[null, 6, 6]]],
  ])('are found in %j', (text, expected) =>
    expect(namedDays(text).map(({ year, month, day }) => [year, month, day])).toEqual(expected),
  );

  it.each([
    '3/4',
    'version 1.2.3',
    'size 42',
    '2026-13-40',
    'May I ask you?',
    'march 200',
    '2 marching',
    '10.5 kg',
    '',
  ])('are none in %j', (text) => expect(namedDays(text)).toEqual([]));
});

describe('amounts in a text', () => {
  it.each([
    ['I paid 49.99 EUR for it', [49.99]],
    ['refund of €1,299.50?', [1299.5]],
    ['49,90 € and $5', [49.9, 5]],
    ['1.299,50 € were charged', [1299.5]],
    ['退款300元', [300]],
    ['¥ 88', [88]],
    ['20 euros', [20]],
    ['４９．９０ €', [49.9]],
    ['退款٣٠٠元', [300]],
  ])('are found in %j', (text, expected) => expect(namedAmounts(text).map(({ amount }) => amount)).toEqual(expected));

  it.each(['order 10234', 'size 42', 'in 2026', '', '3 europeans'])('are none in %j', (text) =>
    expect(namedAmounts(text)).toEqual([]),
  );
});

it('e-mail addresses are found, and are no numbers', () => {
  expect(namedEmails('write to ann.lee+shop@mail.example.com.')).toEqual(['ann.lee+shop@mail.example.com']);
  expect(namedEmails('@home a@b and x@y')).toEqual([]);
  expect(entitiesOf('order #77 of 3 October for €20: ann1234567@shop.example')).toEqual([
    { kind: 'NUMBER', text: '77' },
    { kind: 'DATE', text: '3 October' },
    { kind: 'AMOUNT', text: '€20' },
    { kind: 'EMAIL', text: 'ann1234567@shop.example' },
  ]);
});

// A pattern that backtracks would take minutes.
it('long hostile texts have few entities', () => {
  for (const part of ['1', '1,', 'a.', 'a@', '1.1.', 'oct ', '€1', '1 000 ', '3 of '])
    expect(entitiesOf(part.repeat(2_000 / part.length)).length).toBeLessThanOrEqual(20);
});
