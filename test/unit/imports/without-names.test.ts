import 'reflect-metadata';
import { messageWithoutNames, withoutNames } from '../../../src/imports/without-names';

describe('a list of rejected parcels', () => {
  it.each([
    'destination.name: name must have at most 100 characters; got 300',
    'the shipment belongs to the order "Firma Meier 7"',
    'there is no order "Signed For 7"',
    'carrier must name a carrier, not who has received the parcel',
    'the id of the recipient: it is missing',
  ])('has the messages of the shop unchanged: %s', (message) => expect(messageWithoutNames(message)).toBe(message));

  it.each([
    ['kind must be one of OUTBOUND, RETURN; got "J. SMITH signed"', 'kind must be one of OUTBOUND, RETURN; got ""'],
    [String.raw`timeZone must be an IANA name; got "Ulm\nsigned by SMITH"`, 'timeZone must be an IANA name; got "Ulm"'],
    ['service must be text; got "Ulm, signed by SMI …', 'service must be text; got "Ulm'],
    ['there is no order "7, signed by SMITH"', 'there is no order "7"'],
    [String.raw`there is no order "a\" signed by SMITH"`, String.raw`there is no order "a\""`],
    ['scans[0].Signed by SMITH is not a field of ScanInput', 'scans[0]. is not a field of ScanInput'],
  ])('has messages without the names that they quote: %s', (message, shown) =>
    expect(messageWithoutNames(message)).toBe(shown),
  );

  it('has ids, carriers and services as they were, and texts without names, of bounded length', () => {
    const record = { id: 'Signature 1', orderId: 'Firma Meier 7', carrier: 'Firma Meier', service: 'Tracked Signed' };
    expect(withoutNames(record)).toEqual(record);
    const scans = [{ rawCode: 'DL', place: 'Ulm, signed by SMITH' }];
    expect(withoutNames({ ...record, scans })).toMatchObject({ scans: [{ rawCode: 'DL', place: 'Ulm' }] });
    const { carrier } = withoutNames({ carrier: 'x'.repeat(100_000) }) as { carrier: string };
    expect([carrier.length, messageWithoutNames(carrier.repeat(5)).length]).toEqual([1_002, 1_000]);
  });
});
