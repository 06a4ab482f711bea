import { ChangeFeed } from '../../../../src/customers/profiles/segment-change-feed';

/** A log of numbers, and a feed of it. */
function feedOf({ pageSize = 100, failures = 0 } = {}) {
  const log: number[] = [];
  let reads = 0;
  let position = 0;
  let notify: () => void = () => undefined;
  const feed = new ChangeFeed<number>({
    readNext: async () => {
      reads++;
      const page = log.slice(position, position + pageSize);
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (failures-- > 0) throw new Error('unavailable');
      position += page.length;
      return page;
    },
    pageSize,
    watch: (onChange) => {
      notify = onChange;
      return () => (notify = () => undefined);
    },
    onFailure: () => undefined,
  });
  const append = (value: number) => {
    log.push(value);
    notify();
  };
  return { feed, append, reads: () => reads };
}

it('reads changes that follow each other closely together, and loses none', async () => {
  const { feed, append, reads } = feedOf();
  const received: number[] = [];
  const reading = (async () => {
    while (received.length < 200) received.push((await feed.next()).value!);
  })();
  const startedAt = performance.now();
  for (let value = 0; value < 200; value++) {
    append(value);
    if (value % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await reading;
  expect(received).toEqual(Array.from({ length: 200 }, (_, value) => value));
  // One read at the start, then at most one in 30 ms, and one for those that arrived during a read.
  expect(reads()).toBeLessThanOrEqual(2 + Math.ceil((performance.now() - startedAt) / 30));
  await feed.return();
});

it('reads pages one after the other without a notification, and again after a failed read', async () => {
  const { feed, append, reads } = feedOf({ pageSize: 3, failures: 1 });
  for (let value = 0; value < 8; value++) append(value);
  const received: number[] = [];
  while (received.length < 8) received.push((await feed.next()).value!);
  expect(received).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(reads()).toBe(4);
  await feed.return();
});
