import type { Page } from 'playwright-core';
import { describeInBrowser } from '../setup/browser';
import { consoleShop } from '../setup/console-shop';
import { euro, ORDERS, type Recorded } from '../setup/order-operations';
import { ADMIN_KEY } from '../setup/processes';
import { RECORD_SCANS, RECORD_SHIPMENTS, SHIPMENTS, type RecordedItems } from '../setup/shipment-operations';

const HOUR_MS = 3_600_000;

describeInBrowser('the page Deliveries of the console', () => {
  const shop = consoleShop({ fits: false });
  const { open, signIn, accessible } = shop;
  const now = Date.now();
  const at = (hours: number) => new Date(now + hours * HOUR_MS).toISOString();
  let page: Page;

  const region = (name: string) => page.getByRole('region', { name, exact: true });
  const rowOf = (list: string, order: string) => region(list).getByRole('row', { name: new RegExp(order) });
  const accepted = ({ userErrors }: RecordedItems) => expect(userErrors).toEqual([]);
  const recordScans = async (...scans: object[]) => {
    const answer = await shop.client().data<{ recordScans: RecordedItems }>(RECORD_SCANS, { scans });
    accepted(answer.recordScans);
  };
  const parcel = (id: string, orderId: string, more: object) => ({
    ...{ id, orderId, carrier: 'Hill Post', service: 'STANDARD', updatedAt: at(-300), origin: { name: 'Leipzig' } },
    ...{ destination: { country: 'DE', postcode: '10115' }, trackingUrl: `https://parcels.example/${id}`, ...more },
  });
  const scan = (shipmentId: string, type: string, hours: number, more: object = {}) => ({
    ...{ shipmentId, type, occurredAt: at(hours), timeZone: 'Asia/Tokyo', ...more },
  });

  beforeAll(async () => {
    page = shop.page();
    const { recordOrders } = await shop.client().data<Recorded>(ORDERS, {
      orders: ['1001', '1002', '1003'].map((id) => ({
        ...{ id, customerId: 'c-1', placedAt: at(-301) },
        lines: [{ id: '1', productId: 'lamp-7', quantity: 1, unitPrice: euro('12') }],
      })),
    });
    expect(recordOrders.errors).toEqual([]);
    await signIn(ADMIN_KEY, true);
    await page.getByRole('heading', { level: 1, name: 'Business' }).waitFor();
  });

  it('says that all is well while no parcel is late or stuck, and creates the streams of parcels', async () => {
    await open('Deliveries');
    await region('Late parcels').getByText('No parcel is late').waitFor();
    await region('Stuck parcels').getByText('No parcel is stuck').waitFor();
    await accessible('no parcels');
    await page.getByRole('button', { name: 'Create parcel streams' }).click();
    await region('Lanes').getByText('None.').waitFor();
  });

  it('lists a late parcel and a stuck one, and counts carriers and lanes', async () => {
    const { recordShipments } = await shop.client().data<{ recordShipments: RecordedItems }>(RECORD_SHIPMENTS, {
      shipments: [
        parcel('late', '1001', { promisedAt: at(-49) }),
        parcel('stuck', '1002', { carrier: 'Moor Parcel' }),
        parcel('on-time', '1003', { promisedAt: at(-20) }),
      ],
    });
    accepted(recordShipments);
    await recordScans(
      scan('late', 'PICKED_UP', -60),
      scan('late', 'HUB_IN', -2, { place: 'Frankfurt', description: 'Sorted', rawCode: 'AA-77' }),
      scan('stuck', 'PICKED_UP', -250),
      scan('on-time', 'PICKED_UP', -90),
      scan('on-time', 'DELIVERED', -30),
    );
    const late = rowOf('Late parcels', '1001');
    await late.waitFor();
    for (const text of ['Hill Post', 'Leipzig → DE 101', 'Arrived at a hub', 'Frankfurt, 2 hours ago', '2 days ago'])
      await late.getByText(text).waitFor();
    expect(await late.getByRole('link', { name: /Follow/ }).getAttribute('href')).toBe('https://parcels.example/late');
    await rowOf('Stuck parcels', '1002').getByText('Picked up by the carrier').waitFor();
    await region('Late now').getByText('1', { exact: true }).waitFor();
    await region('Stuck now').getByText('1', { exact: true }).waitFor();
    // The tables are read again every half minute.
    await page.reload();
    const carrier = region('Carriers').getByRole('row', { name: /Hill Post/ });
    await carrier.getByRole('cell', { name: '100 %' }).waitFor();
    expect((await carrier.getByRole('cell').allTextContents()).slice(0, 3)).toEqual(['1', '100 %', '2.5 days']);
    await accessible('late and stuck');
  });

  it('shows the parcels of one lane or carrier', async () => {
    await region('Lanes').getByRole('button', { name: 'Hill Post · Leipzig → DE' }).press('Enter');
    await page.getByText('Only parcels of Hill Post · Leipzig → DE').waitFor();
    await rowOf('Late parcels', '1001').waitFor();
    await region('Stuck parcels').getByText('No parcel is stuck').waitFor();
    await page.getByRole('button', { name: 'Show all' }).press('Enter');
    await rowOf('Stuck parcels', '1002').waitFor();
  });

  it('opens the timeline of a parcel, which follows its scans', async () => {
    await rowOf('Late parcels', '1001').getByRole('link', { name: '1001' }).press('Enter');
    await page.getByRole('heading', { level: 1, name: 'late' }).waitFor();
    const steps = region('Timeline').getByRole('listitem');
    const hub = steps.filter({ hasText: 'Arrived at a hub' });
    for (const text of ['Frankfurt · Sorted', 'AA-77', 'GMT+9']) await hub.getByText(text).waitFor();
    await region('Status').getByText('late', { exact: true }).waitFor();
    expect(await steps.count()).toBe(2);
    await recordScans(scan('late', 'OUT_FOR_DELIVERY', -0.5, { place: 'Berlin' }));
    await region('Status').getByText('Out for delivery').waitFor();
    await steps.nth(2).waitFor();
    expect(await steps.first().textContent()).toContain('Berlin');
    await recordScans(scan('late', 'DELIVERED', -0.2), scan('late', 'HUB_OUT', -0.1));
    await region('Status').getByText('delivered late').waitFor();
    await steps.first().getByText('contradicts earlier scans').waitFor();
    await accessible('one parcel');
  });

  it('finds a parcel by the id of its order, and says that there is none', async () => {
    const find = async (id: string) => {
      await page.getByLabel('Parcel or order').fill(id);
      await page.keyboard.press('Enter');
    };
    await find('1002');
    await page.getByRole('heading', { level: 1, name: 'stuck' }).waitFor();
    await region('Status').getByText('stuck: no scan for unusually long').waitFor();
    await find('missing/id');
    await page.getByText('No parcel or order “missing/id”').waitFor();
  });

  it('voids a scan and a parcel, with a reason', async () => {
    const confirm = async (reason: string) => {
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Reason').fill(reason);
      await accessible('a dialog to void');
      await dialog.getByRole('button', { name: 'Void' }).click();
      await dialog.waitFor({ state: 'detached' });
    };
    const { recordShipments } = await shop.client().data<{ recordShipments: RecordedItems }>(RECORD_SHIPMENTS, {
      shipments: ['1002', '1003'].map((id) =>
        parcel(`void-${id}`, id, { trackingNumber: 'SHARED-1', carrier: 'Void' }),
      ),
    });
    accepted(recordShipments);
    const scans = [scan('void-1002', 'HUB_IN', -5), scan('void-1002', 'DELIVERED', -4)];
    const { recordScans: scanned } = await shop.client().data<{ recordScans: RecordedItems }>(RECORD_SCANS, { scans });
    accepted(scanned);
    // The list of a number is not live.
    for (const { receipt } of [recordShipments, scanned]) await shop.client().data(SHIPMENTS, { first: 1, receipt });
    await page.getByLabel('Parcel or order').fill('shared-1');
    await page.keyboard.press('Enter');
    const row = region('Parcels of this number').getByRole('row', { name: /1002/ });
    await region('Parcels of this number').getByRole('row', { name: /1003/ }).waitFor();
    await row.getByText('Delivered').waitFor();
    await row.getByRole('link', { name: '1002' }).click();
    await region('Timeline')
      .getByRole('button', { name: /Void the scan Delivered/ })
      .click();
    await confirm('Scan of another parcel');
    await region('Status').getByText('Arrived at a hub').waitFor();
    await region('Record').getByRole('button', { name: 'Void the parcel' }).click();
    await confirm('Belongs to another order');
    await region('Status').getByText('Voided: Belongs to another order').waitFor();
    expect(await region('Record').getByRole('button').count()).toBe(0);
  });

  it('changes the days of deliveries', async () => {
    await page.getByRole('link', { name: 'All deliveries' }).click();
    await region('Arrival estimates').getByText('None.').waitFor();
    await region('Delivery days').getByText('None.').waitFor();
    const form = page.getByRole('form', { name: 'Add a delivery day' });
    const add = async (fields: Record<string, string>, when = 'DATE') => {
      await form.getByLabel('When').selectOption(when);
      for (const [name, text] of Object.entries(fields)) await form.getByLabel(name).fill(text);
      await form.getByRole('button', { name: 'Save' }).click();
    };
    await add({ Date: '2026-12-24' });
    const days = region('Delivery days');
    await days.getByRole('row', { name: /Thursday,? 24 December 2026 All countries No/ }).waitFor();
    await add({ Country: 'IS' }, 'SATURDAY');
    await days.getByRole('row', { name: /Every Saturday Iceland No/ }).waitFor();
    await accessible('delivery days');
    await days.getByRole('button', { name: 'Remove Every Saturday, Iceland' }).press('Enter');
    await days.getByRole('row', { name: /Every Saturday/ }).waitFor({ state: 'detached' });
    await days.getByRole('row', { name: /24 December/ }).waitFor();
  });

  it('fits into 390 pixels', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await rowOf('Stuck parcels', '1002').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await accessible('390 pixels');
  });
});
