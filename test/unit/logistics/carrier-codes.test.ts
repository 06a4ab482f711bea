import { carrierCodeKey, comparable } from '../../../src/logistics/carrier-code';
import { CarrierCodesReadModel } from '../../../src/logistics/carrier-codes.read-model';
import type { ScanType } from '../../../src/logistics/parcel';
import { AFTERSHIP_VOCABULARY, builtInTypeOf, EASYPOST_VOCABULARY } from '../../../src/logistics/carrier-vocabularies';

describe('the built-in vocabularies', () => {
  it('do not disagree about a code, in upper or lower case', () => {
    const types = new Map<string, string | null>();
    for (const vocabulary of [AFTERSHIP_VOCABULARY, EASYPOST_VOCABULARY])
      for (const [name, type] of Object.entries(vocabulary)) {
        const code = comparable(name);
        expect([code, types.get(code) ?? type]).toEqual([code, type]);
        types.set(code, type);
        expect(builtInTypeOf(code)).toBe(type);
      }
  });

  it.each([
    ['InTransit', 'HUB_OUT'],
    ['intransit_003', 'HUB_IN'],
    ['OUTFORDELIVERY_001', 'OUT_FOR_DELIVERY'],
    ['Exception_013', 'LOST'],
    ['Exception_099', 'EXCEPTION'],
    ['return_to_sender', 'RETURNING'],
    ['Pending', null],
    ['Pending_002', null],
    ['unknown', null],
    ['Teleported', undefined],
    ['Teleported_001', undefined],
    ['constructor', undefined],
  ])('know %s as %s', (code, type) => expect(builtInTypeOf(comparable(code))).toBe(type));
});

describe("the shop's codes", () => {
  const row = (carrier: string, code: string, type: ScanType | null) => ({
    ...carrierCodeKey({ carrier, code }),
    type,
  });
  const codes = new CarrierCodesReadModel();
  codes.apply({
    carrierCodes: [
      row('DHL', 'ZU', 'DELIVERED'),
      row('', 'zu', 'EXCEPTION'),
      row('', 'Pending', 'LABEL_CREATED'),
      row('AfterShip', 'Exception_004', 'CUSTOMS'),
    ],
  });

  it.each([
    ['dhl ', ' zu', 'DELIVERED'],
    ['GLS', 'ZU', 'EXCEPTION'],
    [null, 'ZU', 'EXCEPTION'],
    ['AfterShip', 'pending', 'LABEL_CREATED'],
    ['AFTERSHIP', 'exception_004', 'CUSTOMS'],
    [null, 'Exception_004', 'EXCEPTION'],
    ['DHL', 'delivered', 'DELIVERED'],
    ['DHL', 'XY', undefined],
  ])('of %s: %s is %s', (carrier, code, type) => expect(codes.typeOf(carrier, code)).toBe(type));

  it('follow the changes', () => {
    codes.apply({ carrierCodes: [row('DHL', 'ZU', null), row('', 'Pending', null)] });
    expect([codes.typeOf('DHL', 'ZU'), codes.typeOf(null, 'Pending')]).toEqual(['EXCEPTION', null]);
  });
});
