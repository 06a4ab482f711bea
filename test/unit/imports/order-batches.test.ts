import { OrderBatches } from '../../../src/imports/order-batches';
import type { ImportTarget } from '../../../src/imports/import-target';
import type { OrderInput } from '../../../src/orders/order-input.type';

const LINES_PER_BATCH = 2;

/** A target whose writes end only when they are released, one by one. */
function heldTarget() {
  const began: string[][] = [];
  const releases: ((error?: Error) => void)[] = [];
  const orders: ImportTarget['orders'] = async (batch) => {
    began.push(batch.map(({ id }) => id));
    await new Promise<void>((resolve, reject) => releases.push((error) => (error ? reject(error) : resolve())));
    return { accepted: batch.length, unchanged: 0, changedLines: batch.length, errors: [] };
  };
  return { began, releases, target: { orders } as unknown as ImportTarget };
}

function batchesOf(target: ImportTarget, written: string[]): OrderBatches {
  const onWritten = (_: unknown, lines: readonly { readonly number: number }[]) =>
    Promise.resolve(void written.push(...lines.map(({ number }) => String(number))));
  return new OrderBatches({ target, joins: false, size: LINES_PER_BATCH, onWritten });
}

function add(batches: OrderBatches, number: number): Promise<void> {
  const order = { id: `o${number}`, lines: [{ id: '1' }] } as unknown as OrderInput;
  return batches.add({ number, text: '', item: { line: number, order } }, order);
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('OrderBatches', () => {
  it('collects a batch while the one before is written, and writes them one after the other', async () => {
    const { began, releases, target } = heldTarget();
    const written: string[] = [];
    const batches = batchesOf(target, written);
    for (const number of [1, 2, 3, 4]) await add(batches, number);
    expect(began).toEqual([['o1', 'o2']]);
    let isAdded = false;
    const fifth = add(batches, 5).then(() => (isAdded = true));
    await turn();
    // Two batches are in memory, so the next line waits.
    expect([isAdded, began.length]).toEqual([false, 1]);
    releases[0]();
    await fifth;
    expect(began).toEqual([
      ['o1', 'o2'],
      ['o3', 'o4'],
    ]);
    const flushed = batches.flush();
    releases[1]();
    await turn();
    expect(began).toHaveLength(3);
    releases[2]();
    await flushed;
    expect(written).toEqual(['1', '2', '3', '4', '5']);
  });

  it('ends with the error of a batch that was being written, and writes none after it', async () => {
    const { began, releases, target } = heldTarget();
    const written: string[] = [];
    const batches = batchesOf(target, written);
    for (const number of [1, 2, 3, 4]) await add(batches, number);
    releases[0](new Error('the database is missing'));
    await turn();
    await expect(add(batches, 5)).rejects.toThrow('the database is missing');
    await expect(batches.flush()).rejects.toThrow('the database is missing');
    expect(began).toHaveLength(1);
    expect(written).toEqual([]);
  });
});
