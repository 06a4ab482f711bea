import { cardLikeNumbers, maskPaymentData } from '../../../../src/search-engine/text/mask-payment-data';
import { cpuMs } from '../../../setup/cpu-time';

const PAN = '4111111111111111';
const dots = (count: number) => '•'.repeat(count);

describe('masked payment data', () => {
  it.each([
    ['my card is 4111111111111111, why declined?', `my card is ${dots(16)}, why declined?`],
    ['4111 1111 1111 1111', '•••• •••• •••• ••••'],
    ['5500-0000-0000-0004 and 3782.822463.10005', '••••-••••-••••-•••• and ••••.••••••.•••••'],
    ['card no.4222222222222', `card no.${dots(13)}`],
    ['Visa 4000 0000 0000 0000 006', 'Visa •••• •••• •••• •••• •••'],
    ['30569309025904', dots(14)],
    ['6011111111111117 or 3530111333300000', `${dots(16)} or ${dots(16)}`],
    ['我的卡号4111111111111111被拒了', `我的卡号${dots(16)}被拒了`],
    ['４１１１ １１１１ １１１１ １１１１', '•••• •••• •••• ••••'],
    ['٤١١١ ١١١١ ١١١١ ١١١١', '•••• •••• •••• ••••'],
    ['𝟜111–1111—1111−1111', '•\u2022••–••••—••••−••••'.replace('\u2022', '•')],
    ['order 1001 with 4111 1111 1111 1111 123 12/27', 'order 1001 with •••• •••• •••• •••• 123 12/27'],
  ])('have no card: %j', (text, expected) => expect(maskPaymentData(text)).toBe(expected));

  it.each([
    ['DE89370400440532013000', dots(22)],
    ['pay to de89 3704 0044 0532 0130 00 please', 'pay to •••• •••• •••• •••• •••• •• please'],
    ['IBAN GB82WEST12345698765432.', `IBAN ${dots(22)}.`],
    ['我的IBAN是FR1420041010050500013M02606', `我的IBAN是${dots(27)}`],
    ['ＤＥ８９ 3704 0044 0532 0130 00', '•••• •••• •••• •••• •••• ••'],
  ])('have no IBAN: %j', (text, expected) => expect(maskPaymentData(text)).toBe(expected));

  it.each([
    ['CVC 123', 'CVC •••'],
    ['cvv: 1234', 'cvv: ••••'],
    ['my CVV2 is 987, order 1001', 'my CVV2 is •••, order 1001'],
    ['the security code on the back of my card is 555', 'the security code on the back of my card is •••'],
    ['order 1001, CVV 123', 'order 1001, CVV •••'],
    ['123 is my CVC', '••• is my CVC'],
    ['card verification code=123', 'card verification code=•••'],
    ['cid１２３４', 'cid••••'],
    ['安全码是123', '安全码是•••'],
    ['安全碼：１２３', '安全碼：•••'],
    ['卡验证码 ٤٥٦', '卡验证码 •••'],
    ['exp 12/27 cvv 1 2 3', 'exp 12/27 cvv • • •'],
  ])('have no security code: %j', (text, expected) => expect(maskPaymentData(text)).toBe(expected));

  it.each([
    'order 1001 and 4112, size 42',
    'JD014600007123456789',
    '4111111111111112',
    '1111111111111117',
    '00340434161094000000',
    'RR4111111111111111DE',
    '4006381333931',
    // Both a right number of a card and a right GTIN-13.
    '4006381000093',
    'DE89370400440532013001',
    'DE89370400440532013000X',
    '+4917612345678',
    'my acid 1234 and cvvs',
    'The CVC field refuses my card for order 1001',
    'what is a CVV? I paid 1234 EUR',
    'paid 49.99 on 2026-11-20',
    '',
    '😀',
  ])('are nothing else: %j', (text) => expect(maskPaymentData(text)).toBe(text));

  it('are no numbers of the writer’s orders and parcels', () => {
    expect(cardLikeNumbers('parcel 4111 1111 1111 1111')).toContain(PAN);
    expect(maskPaymentData('parcel 4111 1111 1111 1111', (number) => number === PAN)).toBe(
      'parcel 4111 1111 1111 1111',
    );
    expect(maskPaymentData('4111 1111 1111 1111', (number) => number === '1111')).toBe('4111 1111 1111 1111');
  });

  it('are masked once, at any length', () => {
    const masked = maskPaymentData(`a ${PAN} b CVV 123`);
    expect(maskPaymentData(masked)).toBe(masked);
    for (const text of ['1 '.repeat(2_000), '4111 '.repeat(800), 'cvv '.repeat(1_000) + '1', 'DE89 '.repeat(800)]) {
      const began = cpuMs();
      maskPaymentData(text);
      expect(cpuMs() - began).toBeLessThan(1_000);
    }
  });
});
