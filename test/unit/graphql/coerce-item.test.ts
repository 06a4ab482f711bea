import 'reflect-metadata';
import { coerceInputValue, type GraphQLError } from 'graphql';
import fc from 'fast-check';
import { ProductInput } from '../../../src/catalog/product.type';
import { EventInput } from '../../../src/events/event.type';
import { itemCoercer } from '../../../src/graphql/coerce-item';
import { coercerOf, inputTypeOf } from '../../../src/graphql/input-type';
import { isStorable } from '../../../src/graphql/storable';
import { OrderInput } from '../../../src/orders/order-input.type';

const INPUTS = [EventInput, ProductInput, OrderInput];

/** Values of fields: right ones, and wrong ones that a person may send. */
const scalar = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    '',
    'a',
    ' a',
    'VIEW',
    'EUR',
    '9.50',
    '2026-03-01T10:15:00Z',
    '0000-01-01T00:00:00Z',
    'a\0',
    '\ud800',
  ),
  fc.constantFrom<unknown>(1, -1, 1.5, 2 ** 31, 2 ** 53, 1e300, Infinity, NaN, true, [], {}, ['a'], [null]),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.double(),
  fc.integer(),
);
const money = fc.record({ amount: scalar, currency: scalar }, { requiredKeys: [] });
const value = fc.oneof(
  { weight: 4, arbitrary: scalar },
  money,
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(fc.string(), scalar, { maxKeys: 3 }),
);

/** Objects with the fields of an input, of which most have a right value. */
function itemOf(input: (typeof INPUTS)[number]): fc.Arbitrary<unknown> {
  const names = Object.keys(inputTypeOf(input).getFields());
  const right: Record<string, unknown> = {
    id: 'o',
    type: 'VIEW',
    occurredAt: '2026-03-01T10:15:00Z',
    placedAt: '2026-03-01T10:15:00.5+02:00',
    title: 'Mug',
    lines: [{ id: '1', productId: 'mug', quantity: 1, unitPrice: { amount: '1', currency: 'EUR' } }],
  };
  return fc
    .tuple(
      fc.subarray(names),
      fc.array(fc.tuple(fc.constantFrom(...names, 'colour', '__proto__'), value), { maxLength: 2 }),
    )
    .map(([known, changed]) => ({
      ...Object.fromEntries(
        [...known, 'id', 'type']
          .filter((name) => name in right && names.includes(name))
          .map((name) => [name, right[name]]),
      ),
      ...Object.fromEntries(changed),
    }));
}

const hasOnlyStorableTexts = (item: unknown): boolean =>
  typeof item === 'string'
    ? isStorable(item)
    : typeof item !== 'object' || item === null || Object.values(item).every(hasOnlyStorableTexts);

describe('an item', () => {
  it.each(INPUTS)('is coerced as graphql-js coerces variables: $name', (input) => {
    const type = inputTypeOf(input);
    const coerce = itemCoercer(type);
    const verdicts = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: itemOf(input) }, value), (item) => {
        const errors: GraphQLError[] = [];
        const expected: unknown = coerceInputValue(item, type, (_path, _value, error) => errors.push(error));
        const coerced = coerce(item);
        if (errors.length > 0) {
          verdicts.refused++;
          expect(coerced).toEqual({
            fault: {
              path: coerced && 'fault' in coerced ? coerced.fault.path : '',
              message: expect.stringMatching(/./) as string,
            },
          });
        } else if (!hasOnlyStorableTexts(item))
          expect(coerced).toMatchObject({ fault: { message: expect.stringContaining('NUL') as string } });
        else {
          verdicts.accepted++;
          expect(coerced).toEqual({ value: item == null ? null : { ...(expected as object) } });
        }
      }),
      { numRuns: 500, seed: 43 },
    );
    expect(verdicts.accepted).toBeGreaterThan(25);
    expect(verdicts.refused).toBeGreaterThan(25);
  });

  const faultOf = (input: (typeof INPUTS)[number], item: unknown) => {
    const coerced = coercerOf<object>(input)(item);
    return 'fault' in coerced ? coerced.fault : coerced;
  };
  const EVENT = { type: 'VIEW', customerId: 'c', productId: 'mug' };

  it.each([
    [{ ...EVENT, type: 'LOOK' }, 'type', /^type must be one of VIEW, CLICK, .*, CUSTOM; got "LOOK"$/],
    [{ ...EVENT, type: undefined }, 'type', /^type is missing$/],
    [{ ...EVENT, type: null }, 'type', /^type must be one of .*; got null$/],
    [{ ...EVENT, customerId: 2 ** 53 }, 'customerId', /^customerId must be text; got 9007199254740992$/],
    [
      { ...EVENT, customerId: 'ann ' },
      'customerId',
      /^customerId begins or ends with white space: "ann "; got "ann "$/,
    ],
    [{ ...EVENT, customerId: '\u200b' }, 'customerId', /^customerId has no visible character: "\\u\{200b\}"/],
    [
      { ...EVENT, occurredAt: 'yesterday' },
      'occurredAt',
      /^occurredAt must be a time with its offset, .*; got "yesterday"$/,
    ],
    [{ ...EVENT, occurredAt: '2026-02-30T10:00:00Z' }, 'occurredAt', /^occurredAt must be a time/],
    [{ ...EVENT, occurredAt: '0000-12-31T23:59:59Z' }, 'occurredAt', /^occurredAt must be in the years 1 to 9999/],
    [{ ...EVENT, quantity: 1.5 }, 'quantity', /^quantity must be a whole number from .*; got 1\.5$/],
    [{ ...EVENT, quantity: 3e9 }, 'quantity', /to 2147483647; got 3000000000$/],
    [{ ...EVENT, colour: 'red' }, 'colour', /^colour is not a field of EventInput$/],
    [{ ...EVENT, unitPrice: 2.5 }, 'unitPrice', /^unitPrice must be an object; got 2\.5$/],
    [
      { ...EVENT, unitPrice: { amount: 9.5, currency: 'EUR' } },
      'unitPrice.amount',
      /^unitPrice\.amount must be a string .*; got 9\.5$/,
    ],
    [
      { ...EVENT, unitPrice: { amount: '2,5', currency: 'EUR' } },
      'unitPrice.amount',
      /^unitPrice\.amount must be a string .*; got "2,5"$/,
    ],
    [{ ...EVENT, unitPrice: { amount: '2.5' } }, 'unitPrice.currency', /^unitPrice\.currency is missing$/],
    [{ ...EVENT, properties: 5 }, 'properties', /^properties must be an object; got 5$/],
    [
      { ...EVENT, properties: { a: [1, { b: 2 ** 60 }] } },
      'properties',
      /^properties\.a\[1\]\.b must be a number from/,
    ],
    [{ ...EVENT, query: 'a\0b' }, 'query', /^query must not contain NUL/],
    [[], undefined, /^the value must be an object; got a list$/],
    [null, undefined, /^the value must be an object; got null$/],
  ])('that is wrong has one sentence that begins with its field: %j', (item, path, message) => {
    const fault = faultOf(EventInput, item);
    expect(fault).toMatchObject({ message: expect.stringMatching(message) as string });
    expect('path' in fault ? fault.path : 'none').toBe(path);
  });

  it('names the place in a list', () => {
    expect(faultOf(OrderInput, { id: 'o', lines: [{ id: '1' }, { id: '2', quantity: '2' }] })).toMatchObject({
      path: 'lines[1].quantity',
      message: expect.stringMatching(/^lines\[1\]\.quantity must be a whole number/) as string,
    });
  });
});
