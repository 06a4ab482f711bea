import { BUILT_IN_CODES } from '../../../src/logistics/carrier-codes.read-model';
import { eventOfScanInput, eventOfShipmentInput } from '../../../src/logistics/input-events';
import { withoutRecipient, withoutSigner } from '../../../src/logistics/without-recipient';
import { leastCpuMs } from '../../setup/cpu-time';

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
    ['Signed for as: SMITH', ''],
    ['Delivered. Receiver name: A. Lee', 'Delivered.'],
    ['Delivered to JOHN SMITH', ''],
    ['Delivered to: Ann Smith. Left at porch', 'Left at porch'],
    ['POD signature: LEE', ''],
    ['Zugestellt an Frau Meier', ''],
    ['Name: Meier', ''],
    ['Livré. Remis à Mme DUPONT', 'Livré.'],
    ['Destinataire : DUPONT', ''],
    ['Livré, reçu par M. DUPONT', 'Livré'],
    ['Entregado a GARCÍA', ''],
    ['Firmado: GARCÍA', ''],
    ['Consegnato a ROSSI', ''],
    ['Consegnato. Firmato da ROSSI', 'Consegnato.'],
    ['Bezorgd, getekend door DE VRIES', 'Bezorgd'],
    ['Ontvanger: DE VRIES', ''],
    ['Doręczono. Odebrane przez: KOWALSKI', 'Doręczono.'],
    ['Odbiorca: KOWALSKI', ''],
    ['Entregue a SILVA', ''],
    ['Assinado por SILVA', ''],
    ['Levererad. Mottagare: SVENSSON', 'Levererad.'],
    ['已签收，签收人：张三', '已签收'],
    ['已签收。签收人: 本人 张三', '已签收。'],
    ['快件已由张三签收。感谢使用', '快件。感谢使用'],
    ['配達完了 受取人：山田太郎', '配達完了'],
    ['山田様にお渡ししました', ''],
    ['배송완료 수령인: 김철수', '배송완료'],
    ['Вручено. Получатель: Иванов', 'Вручено.'],
    ['J. SMITH signed', ''],
    ['Delivered. J. SMITH signed', 'Delivered.'],
    ['Delivered, MRS. ANNA O’NEILL has signed for the parcel. Thank you!', 'Delivered. Thank you!'],
    ['Delivered and Smith signed for the parcel', 'Delivered and'],
    ['ANN LEE received the parcel at reception', ''],
    ['Mr Lee accepted it', ''],
    ['J. SMITH, signed', ''],
    ['J. SMITH - signed', ''],
    ['Delivered. Smith, J. signed.', 'Delivered.'],
    ['Delivered. ANN LEE (signed)', 'Delivered.'],
    ['Delivered, signed J. SMITH', 'Delivered'],
    ['Unterschrift MEIER', ''],
    ['H. MEIER hat unterschrieben', ''],
    ['Zugestellt. MEIER hat die Sendung entgegengenommen. Danke.', 'Zugestellt. Danke.'],
    ['Frau Meier nahm das Paket an', ''],
    ['DUPONT a signé', ''],
    ['Livré, M. DUPONT a reçu le colis', 'Livré'],
    ['GARCÍA firmó', ''],
    ['Entregado. GARCÍA ha recibido el paquete', 'Entregado.'],
    ['ROSSI ha firmato', ''],
    ['SILVA assinou', ''],
    ['DE VRIES heeft getekend', ''],
    ['KOWALSKI odebrał przesyłkę', ''],
    ['NOVÁK převzal zásilku', ''],
    ['SVENSSON har kvitterat', ''],
    ['HANSEN har underskrevet', ''],
    ['VIRTANEN kuittasi', ''],
    ['AHMET YILMAZ teslim aldı', ''],
    ['Иванов получил посылку', ''],
    ['ПЕТРОВА расписалась', ''],
    ['张三签收', ''],
    ['快件已送达，张三 已签收。感谢使用', '快件已送达。感谢使用'],
    ['快件 李小明代收', '快件'],
    ['山田様 受領', ''],
    ['山田様受領サイン済', ''],
    ['김철수 수령', ''],
    ['배송완료 김철수님이 수령하셨습니다', '배송완료'],
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
    'Delivered to the access point',
    'Delivered to your front door',
    'Zugestellt an Packstation 101',
    'Livré à votre adresse',
    '已签收',
    '快件已到达 上海',
    '配達完了',
    'Odebrane w punkcie',
    'Delivered, signed',
    'The customer signed for it',
    'Parcel signed for at reception',
    'Delivery not signed',
    'SIGNATURE REQUIRED',
    'Recipient Refused Delivery',
    'Recipient Not Available',
    'Front desk signed',
    'Shipment information received',
    'The carrier has received the parcel',
    'DHL received your shipment',
    'Package received at facility',
    'Der Empfänger hat die Sendung angenommen',
    'Der Zusteller hat das Paket abgeholt',
    'Le destinataire a signé',
    'El destinatario firmó',
    'Paquete recibido en el centro',
    'Kurier dostarczył paczkę',
    'Получатель забрал посылку',
    '本人签收',
    '快件已签收',
    '快件驿站代收',
    '包裹已到达，请凭取件码及时领取',
    '已放入代收点',
    '본인 수령',
    '배송완료 고객님 수령',
  ])('stays as it is: %s', (text) => expect(withoutRecipient(text)).toBe(text));

  it('is removed from every text of a scan and of a shipment', () => {
    const scan = { shipmentId: 's', type: 'DELIVERED' as const, occurredAt: new Date(1_000) };
    const given = {
      ...{ ...scan, place: 'Ulm, signed for as: SMITH', description: '签收人：张三' },
      rawCode: 'DL signed by SMITH',
    };
    expect(eventOfScanInput(given, 2_000, BUILT_IN_CODES)).toMatchObject({
      properties: { type: 'DELIVERED', place: 'Ulm', rawCode: 'DL' },
    });
    expect(JSON.stringify(eventOfScanInput(given, 2_000, BUILT_IN_CODES))).not.toMatch(/SMITH|张三/);
    const unknown = eventOfScanInput({ ...given, type: null }, 2_000, BUILT_IN_CODES);
    expect(unknown).toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('"DL" is unknown') as string });
    const record = eventOfShipmentInput(
      {
        ...{ id: 's', orderId: 'o', carrier: 'DHL, signed by SMITH', service: 'EXPRESS. J. SMITH signed' },
        ...{ origin: { name: 'Ulm, recipient: SMITH' }, destination: { name: 'Received by SMITH' } },
      },
      2_000,
    );
    expect(record).toMatchObject({ properties: { carrier: 'DHL', service: 'EXPRESS.', origin: 'Ulm' } });
    expect(JSON.stringify(record)).not.toMatch(/SMITH/);
  });

  it.each([
    'signed for by ',
    'delivered to local ',
    'von ',
    '由张三',
    '山田様に',
    'name : ',
    ' ',
    'A signed ',
    'A hat B ',
    '张三签收 ',
  ])('is shortened without exponential time, however long it is: %s', (part) => {
    const text = part.repeat(Math.ceil(500 / part.length));
    expect(withoutRecipient(text).length).toBeLessThanOrEqual(text.length);
    expect(withoutRecipient(`delivered to ${'the local '.repeat(50)}`)).toBe('');
  });

  it('is shortened at once, however it is repeated', () => {
    const text = 'von a.'.repeat(80);
    expect(withoutRecipient(text)).toBe(text);
  });

  it.each([
    ['x', ' ', 'x'],
    ['x', ' –', 'x'],
    ['x', ',', ' x'],
    ['', 'さんに', ''],
    ['', '山田様', ''],
    ['', 'von ', ''],
    ['', '由张', '。'],
    ['', 'name ', ':'],
    ['', 'Delivered. J. SMITH signed. ', ''],
    ['x', '（', 'x'],
  ])('is shortened in a time that is linear in its length: %j, %j, %j', (start, part, end) => {
    const text = (length: number) => start + part.repeat(length / part.length) + end;
    for (const shorten of [withoutRecipient, withoutSigner])
      expect(leastCpuMs(() => shorten(text(64_000)), 1_500)).toBeLessThan(1_500);
  });

  it('is checked before it is shortened', () => {
    const long = `x${' '.repeat(200)}x`;
    const given = { id: 's', orderId: 'o', carrier: 'DHL' };
    expect(eventOfShipmentInput({ ...given, carrier: long }, 2_000)).toMatchObject({ path: 'carrier' });
    const service = `Express, signed by ${'SMITH '.repeat(20)}`;
    expect(eventOfShipmentInput({ ...given, service }, 2_000)).toMatchObject({
      message: expect.stringMatching(/^service must have at most 100 characters; got \d+$/) as string,
    });
    const destination = { name: `Ulm, signed by ${'SMITH '.repeat(20)}` };
    expect(eventOfShipmentInput({ ...given, destination }, 2_000)).toMatchObject({ path: 'destination.name' });
  });
});

describe('the name of a carrier or of a service', () => {
  it.each([
    'Firma Müller Logistik',
    'Firma: Müller Logistik',
    'Signature Logistics',
    'Parcelforce Signed For',
    'International Signed',
    'Signature Two Day',
    'Tracked Signed',
    'Premium Signed',
    'Signed For First Class',
    'Signed For - First Class',
    'FedEx Signature Direct',
    'Royal Mail Signed For First Class',
    'Zustellung an Nachbarn',
    'Signature Required by Adult',
    'POD Express',
    'Recipient Direct',
    '签收宝',
  ])('stays as it is: %s', (name) => {
    const given = { id: 's', orderId: 'o', carrier: name, service: name };
    expect(eventOfShipmentInput(given, 2_000)).toMatchObject({ properties: { carrier: name, service: name } });
  });

  it.each([
    ['DHL, signed for by: J SMITH', 'DHL'],
    ['EXPRESS (recipient: SMITH)', 'EXPRESS'],
    ['EXPRESS. Mr Smith has signed', 'EXPRESS.'],
    ['DHL, unterschrieben von MEIER', 'DHL'],
    ['顺丰，签收人：张三', '顺丰'],
  ])('loses who has signed for the parcel: %s', (name, shortened) => expect(withoutSigner(name)).toBe(shortened));

  it('can not be who has signed for the parcel', () => {
    expect(eventOfShipmentInput({ id: 's', orderId: 'o', carrier: 'Signed by SMITH' }, 2_000)).toMatchObject({
      message: 'carrier must name a carrier, not who has received the parcel',
    });
  });
});
