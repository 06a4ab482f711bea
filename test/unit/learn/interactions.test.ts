import { Interactions } from '../../../src/learn/interactions';

describe('interactions', () => {
  it('reuse the memory of sets that have become empty', () => {
    const interactions = new Interactions();
    for (let set = 0; set < 10_000; set++) {
      for (const item of [1, 2, 3]) interactions.add(set, item);
      for (const item of [2, 3, 1]) interactions.remove(set, item);
    }
    interactions.add(5, 7);
    expect([...interactions.items(5)]).toEqual([7]);
    expect(interactions.items(5).buffer.byteLength).toBeLessThan(10_000);
  });
});
