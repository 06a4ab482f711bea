import { seededRandom } from '../../../src/learn/seeded-random';
import { event, IngestShop } from '../../setup/ingest-shop';

let shop: IngestShop;
let oracle: IngestShop;

beforeAll(async () => {
  [shop, oracle] = [await IngestShop.open(), await IngestShop.open()];
});

afterAll(async () => {
  await shop.close();
  await oracle.close();
});

it('batches are in the log in the order of their acceptance, in any order in which several workers get them', async () => {
  const random = seededRandom(11);
  const below = (n: number) => Math.floor(n * random());
  const shuffled = (ids: readonly string[]) =>
    ids
      .map((id) => ({ id, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ id }) => id);
  for (let round = 0; round < 6; round++) {
    const any = () => event(`customer-${below(4)}`, { id: `round-${round}-${below(30)}`, productId: `p${below(3)}` });
    const batches = Array.from({ length: 12 }, () => Array.from({ length: 1 + below(6) }, any));
    const receipts = await shop.accept(batches);
    for (const receipt of await oracle.accept(batches)) await oracle.alone(receipt);
    const unfinished = async () => {
      const rows = await shop.rows('SELECT id FROM inbox WHERE id = ANY($1) AND done_at IS NULL', [receipts]);
      return (rows as { id: string }[]).map(({ id }) => id);
    };
    for (let left = shuffled(receipts); left.length > 0; left = shuffled(await unfinished())) {
      const lanes = [left.slice(0, 4), left.slice(4, 8), left.slice(8)].filter((ids) => ids.length > 0);
      await Promise.all(lanes.map((ids) => (ids.length > 1 && below(2) ? shop.together(ids) : shop.alone(ids[0]))));
    }
  }
  const outcome = async (of: IngestShop) => ({
    log: await of.rows(
      "SELECT id, received_at, customer_id, product_id FROM events WHERE id LIKE 'round-%' ORDER BY id",
    ),
    rejected: await of.rows(
      "SELECT received_at, code, event FROM rejected_events WHERE event->>'id' LIKE 'round-%' ORDER BY received_at, event::text",
    ),
  });
  const expected = await outcome(oracle);
  expect(await outcome(shop)).toEqual(expected);
  expect(expected.rejected.length).toBeGreaterThan(60);
});
