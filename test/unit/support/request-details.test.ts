import type { OrderRecord } from '../../../src/orders/order-record';
import { faultOfDetails, requestedUnits, type RequestDetails } from '../../../src/support/requests/request-details';

const PICTURE = 'https://pictures.example/a.jpg';
const line = (id: string, units: object) => ({ id, quantity: 3, shipped: 0, cancelled: 0, returned: 0, ...units });
const order = { lines: [line('1', { shipped: 2, returned: 1 }), line('2', { cancelled: 1 })] } as never as OrderRecord;
const ofOneLine = { lines: order.lines.slice(0, 1) };

describe('details of a request', () => {
  it.each<[string, Parameters<typeof faultOfDetails>[0], RequestDetails, string]>([
    ['lines to cancel', 'CANCEL', { lines: [] }, 'lines'],
    ['a note to cancel', 'CANCEL', { note: 'x' }, 'note'],
    ['pictures to change', 'CHANGE', { pictures: [PICTURE] }, 'pictures'],
    ['a problem to return', 'RETURN', { problem: 'BROKEN' }, 'problem'],
    ['a problem without its kind', 'PROBLEM', {}, 'problem'],
    ['too many lines', 'RETURN', { lines: Array(101).fill({ lineId: '1', quantity: 1 }) }, 'lines'],
    ['a blank note', 'RETURN', { note: ' ' }, 'note'],
    ['a long note', 'RETURN', { note: 'x'.repeat(501) }, 'note'],
    ['a note that can not be stored', 'RETURN', { note: 'x\0' }, 'note'],
    ['a fourth picture', 'RETURN', { pictures: Array(4).fill(PICTURE) }, 'pictures'],
    ['a picture over http', 'RETURN', { pictures: [PICTURE, 'http://pictures.example/a.jpg'] }, 'pictures.1'],
    ['a script', 'RETURN', { pictures: ['javascript:alert(1)'] }, 'pictures.0'],
    ['data', 'RETURN', { pictures: ['data:image/png;base64,AA=='] }, 'pictures.0'],
    ['no address', 'RETURN', { pictures: ['/a.jpg'] }, 'pictures.0'],
    ['the name of a user', 'RETURN', { pictures: ['https://shop.example@evil.example/a.jpg'] }, 'pictures.0'],
    ['a long address', 'RETURN', { pictures: [`https://pictures.example/${'x'.repeat(1_000)}`] }, 'pictures.0'],
    ['one that grows', 'RETURN', { pictures: [`https://pictures.example/${'ä'.repeat(500)}`] }, 'pictures.0'],
  ])('are refused: %s', (_, kind, details, field) => {
    expect(faultOfDetails(kind, details)).toMatchObject({ field, code: 'BAD_USER_INPUT' });
    expect(faultOfDetails(kind, details)!.message).toContain(field.replace(/\.(\d)/, '[$1]'));
  });

  it('are valid for their kind', () => {
    const details = { lines: [{ lineId: '1', quantity: 1 }], note: 'x'.repeat(500), pictures: Array(3).fill(PICTURE) };
    expect(faultOfDetails('RETURN', { ...details, problem: null })).toBeUndefined();
    expect(faultOfDetails('PROBLEM', { ...details, problem: 'WRONG' })).toBeUndefined();
    expect(faultOfDetails('RETURN', {})).toBeUndefined();
    expect(faultOfDetails('CANCEL', { lines: null, problem: null, note: null, pictures: null })).toBeUndefined();
  });
});

describe('the units of a request', () => {
  const of = (lines: RequestDetails['lines'], problem: RequestDetails['problem'] = null) =>
    requestedUnits({ lines, problem }, order);

  it('are at most those shipped and not returned, or those ordered if they are missing', () => {
    const one = [{ lineId: '1', quantity: 1 }];
    expect(of(one)).toEqual(one);
    expect(of([{ lineId: '1', quantity: 2 }])).toMatchObject({ field: 'lines.0.quantity', code: 'BAD_USER_INPUT' });
    expect(of([{ lineId: '1', quantity: 0 }])).toMatchObject({ field: 'lines.0.quantity', code: 'BAD_USER_INPUT' });
    expect(of([...one, { lineId: '2', quantity: 1 }], 'WRONG')).toMatchObject({
      ...{ field: 'lines.1.lineId', code: 'CONFLICT' },
    });
    const missing = [...one, { lineId: '2', quantity: 2 }];
    expect(of(missing, 'MISSING')).toEqual(missing);
    expect(of([{ lineId: '2', quantity: 3 }], 'MISSING')).toMatchObject({ field: 'lines.0.quantity' });
  });

  it('are of lines of the order, each named once', () => {
    expect(of([{ lineId: 'x', quantity: 1 }])).toMatchObject({ field: 'lines.0.lineId', code: 'NOT_FOUND' });
    const twice = Array(2).fill({ lineId: '1', quantity: 1 });
    expect(of(twice)).toMatchObject({ field: 'lines.1.lineId', code: 'BAD_USER_INPUT' });
  });

  it('are all units of the only line by default', () => {
    for (const lines of [null, []]) {
      expect(requestedUnits({ lines }, ofOneLine)).toEqual([{ lineId: '1', quantity: 1 }]);
      expect(requestedUnits({ lines, problem: 'MISSING' }, ofOneLine)).toEqual([{ lineId: '1', quantity: 3 }]);
      expect(of(lines)).toMatchObject({ field: 'lines', code: 'BAD_USER_INPUT' });
    }
  });
});
