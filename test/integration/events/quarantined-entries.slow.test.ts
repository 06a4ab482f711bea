import { ArtefactStore } from '../../../src/platform/artefacts';
import { SHOP_ARTEFACT } from '../../../src/live-state/live-state-names';
import { ShopState } from '../../../src/live-state/shop-state';
import { event, InboxShop } from '../../setup/inbox-shop';
import { ids, LIST, MERGE, UPSERT, type ListAnswer, type MergeAnswer } from '../../setup/operations';
import { startApi, startBreakingWorker, startWorker, type ShopProcess } from '../../setup/processes';
import { replayed } from '../../setup/replay-command';
import { until } from '../../setup/until';

describe('an entry that breaks the learner after it is in the log', () => {
  let inbox: InboxShop;
  let worker: ShopProcess;
  let sent = 0;

  const view = (customerId: string, productId: string, more: object = {}) =>
    event(`e${sent++}`, { customerId, productId, ...more });
  const list = async (input: object) => ids(await inbox.client.data<ListAnswer>(LIST, { input, first: 50 }));
  const viewed = (customerId: string) => list({ intent: 'RECENTLY_VIEWED', customerId });
  const struck = () => worker.log().split('an entry of the log breaks the learner').length - 1;
  const learned = async (receipt: string) => expect(await inbox.applied(receipt)).toBeUndefined();
  /** The checkpoint contains these products. */
  const products = async () => {
    const artefacts = new ArtefactStore(inbox.pool);
    const checkpoint = await artefacts.newest(SHOP_ARTEFACT);
    const known = ShopState.decode(await artefacts.load(checkpoint!.id)).products;
    return Array.from({ length: known.size }, (_, n) => known.idAt(n)).sort();
  };
  const rejected = (count: number) => until(inbox.rejected, (rows) => rows.length === count);

  beforeAll(async () => {
    inbox = await InboxShop.open();
    await inbox.through(startApi(inbox.shop));
    worker = inbox.keep(startBreakingWorker(inbox.shop, 'cursed'));
    const products = ['w', 'x', 'y', 'z', 'cursed'].map((id) => ({ id, title: id }));
    await inbox.client.data(UPSERT, { products });
    await learned(await inbox.record([view('ann', 'x'), view('ann', 'y'), view('bob', 'x')]));
  });

  afterAll(() => inbox.close());

  it('is quarantined, whole, with the reason, after three attempts; all others are learned, those of its batch too', async () => {
    const bad = view('ann', 'cursed', {
      type: 'PURCHASE',
      unitPrice: { amount: '9.50', currency: 'EUR' },
      properties: { colour: null },
    });
    const receipt = await inbox.record([view('bob', 'z'), bad, view('ann', 'z')]);
    const [row] = await rejected(1);
    expect(row).toMatchObject({ code: 'POISON', message: 'it breaks the learner: broken by cursed' });
    expect(row.event).toEqual({
      source: 'SUPPORT',
      id: bad.id,
      type: 'PURCHASE',
      occurredAt: expect.any(Number),
      customerId: 'ann',
      productId: 'cursed',
      quantity: 1,
      unitPrice: '9.50',
      currency: 'EUR',
      properties: { colour: null },
    });
    await learned(receipt);
    expect(struck()).toBe(3);
    await learned(await inbox.record([view('eve', 'x'), view('eve', 'w')]));
    expect(struck()).toBe(3);
    // Learned products come before fallback products.
    const similar = await list({ intent: 'SIMILAR', productIds: ['x'] });
    expect(similar.slice(0, 3).sort()).toEqual(['w', 'y', 'z']);
    expect(await inbox.logged()).toHaveLength(sent);
    expect(
      await until(
        () => viewed('ann'),
        (products) => !products.includes('cursed'),
      ),
    ).toEqual(['x', 'y', 'z']);
  });

  it('may be a merge', async () => {
    const input = { fromCustomerId: 'eve', intoCustomerId: 'cursed' };
    const { mergeCustomer } = await inbox.client.data<MergeAnswer>(MERGE, { input });
    const [row] = await rejected(2);
    expect(row).toMatchObject({ code: 'POISON', event: { type: 'MERGE', ...input } });
    await learned(mergeCustomer.receipt!);
    expect(struck()).toBe(6);
    expect(
      await until(
        () => viewed('eve'),
        (products) => products.length > 0,
      ),
    ).toEqual(['w', 'x']);
    expect(await inbox.retry([row.id])).toMatchObject({ accepted: 0, errors: [{ index: 0, code: 'BAD_USER_INPUT' }] });
  });

  it('is quarantined again when it is retried before a repair', async () => {
    const [, { id }] = await inbox.rejected();
    const { accepted, receipt } = await inbox.retry([id]);
    expect(accepted).toBe(1);
    await learned(receipt!);
    const [again] = await rejected(2);
    expect(again).toMatchObject({ code: 'POISON', event: { productId: 'cursed' } });
    expect(BigInt(again.id)).toBeGreaterThan(BigInt(id));
    expect(await inbox.logged()).toHaveLength(sent);
  });

  it('is skipped by a replay, and by a learner that starts with the whole log', async () => {
    await worker.stop();
    expect(await replayed(inbox.shop)).toMatchObject({ equal: true, events: sent - 1 });
    await inbox.pool.query("DELETE FROM artefacts WHERE kind IN ('shop-state', 'learner-subjects')");
    worker = inbox.keep(startWorker(inbox.shop));
    await learned(await inbox.record([view('bob', 'y')]));
    await worker.stop();
    expect(await replayed(inbox.shop)).toMatchObject({ equal: true, events: sent - 1 });
    expect(await products()).toEqual(['w', 'x', 'y', 'z']);
  });

  it('is learned, once, when it is retried after the repair', async () => {
    worker = inbox.keep(startWorker(inbox.shop));
    const before = await inbox.rejected();
    const cursed = before.find(({ event: { type } }) => type !== 'MERGE')!;
    const { accepted, receipt } = await inbox.retry([cursed.id]);
    expect(accepted).toBe(1);
    await learned(receipt!);
    expect(await inbox.logged()).toHaveLength(sent);
    expect(await rejected(1)).toEqual(before.filter((row) => row !== cursed));
    await worker.stop();
    expect(await replayed(inbox.shop)).toMatchObject({ equal: true, events: sent });
    expect(await products()).toEqual(['cursed', 'w', 'x', 'y', 'z']);
  });
});
