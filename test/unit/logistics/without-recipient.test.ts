import { withoutRecipient } from '../../../src/logistics/without-recipient';

describe('the text of a carrier', () => {
  it.each([
    ['Delivered, signed by J SMITH', 'Delivered'],
    ['Delivered - Signed for by: J. Smith. Left at front door', 'Delivered. Left at front door'],
    ['Delivered (signed by MRS. ANNA O’NEILL). Thank you!', 'Delivered. Thank you!'],
    ['Signature: A.SMITH', ''],
    ['SIGNED FOR: SMITH', ''],
    ['Received by: LEE; parcel locker 7', 'parcel locker 7'],
    ['Delivered. Received by Müller', 'Delivered.'],
    ['Collected by Zoë at 14:05', ''],
    ['Left with neighbour SMITH at no. 12', ''],
    ['Left with No 12, Mr. Jones.', ''],
    ['Delivered to neighbor Ann Lee', ''],
    ['Parcel handed over to Ann Lee', 'Parcel'],
    ['Consignee: Ann Lee', ''],
    ['Zugestellt, unterschrieben von H. MEIER', 'Zugestellt'],
    ['Empfangen durch MEIER', ''],
    ['Die Sendung wurde von Fr. Dr. MEIER entgegengenommen. Danke.', 'Die Sendung wurde. Danke.'],
    ['Zugestellt bei Ihrem Nachbarn MEIER', 'Zugestellt'],
    ['Empfänger: MEIER', ''],
    ['Livré, signé par DUPONT', 'Livré'],
    ['Entregado. Recibido por GARCÍA', 'Entregado.'],
  ])('loses who received the parcel: %s', (text, shortened) => expect(withoutRecipient(text)).toBe(shortened));

  it.each([
    '',
    'Arrived at hub. Departed at 5 p.m.',
    'Signature required',
    'Received by the carrier',
    'Handed over to customs, Leipzig',
    'Accepted by courier.',
    'Picked up by driver',
    'Design by night; assigned bypass',
    'Wird von Leipzig nach Paris befördert.',
    'Delivered to parcel locker 7',
  ])('stays as it is: %s', (text) => expect(withoutRecipient(text)).toBe(text));

  it('is shortened at once, however it is repeated', () => {
    const text = 'von a.'.repeat(80);
    expect(withoutRecipient(text)).toBe(text);
  });
});
