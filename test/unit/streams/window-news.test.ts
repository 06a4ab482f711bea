import { WindowChangeNotifier } from '../../../src/streams/window-change-notifier.service';

function newsOf() {
  const told: [string, unknown][] = [];
  return { told, news: new WindowChangeNotifier({ publish: (topic, payload) => void told.push([topic, payload]) }) };
}
const MUG = ['mug', 0] as const;
const CUP = ['cup', 0] as const;

describe('news of windows', () => {
  it('come when a batch is counted, and not again when it is folded in', () => {
    const { told, news } = newsOf();
    news.onBatchCounted(7, [{ stream: 'sales', version: 3, changed: [MUG] }]);
    expect(told).toEqual([['stream:sales', { changed: [MUG] }]]);
    news.onMerged({ stream: 'sales', version: 3, batches: [7], changed: [MUG], rerouted: [] });
    expect(told).toHaveLength(1);
    // Of another version nothing was told.
    news.onMerged({ stream: 'sales', version: 4, batches: [7], changed: [CUP], rerouted: [] });
    expect(told.slice(1)).toEqual([['stream:sales', { changed: [CUP] }]]);
  });

  it('come with folding where another process has counted, and of sessions', () => {
    const { told, news } = newsOf();
    news.onBatchCounted(7, [
      { stream: 'sales', version: 3, changed: [MUG] },
      { stream: 'visits', version: 5, changed: null },
    ]);
    news.onMerged({ stream: 'sales', version: 3, batches: [7, 8], changed: [MUG, CUP], rerouted: [] });
    news.onMerged({ stream: 'visits', version: 5, batches: [7], changed: [MUG], rerouted: [] });
    expect(told.slice(1)).toEqual([
      ['stream:sales', { changed: [MUG, CUP] }],
      ['stream:visits', { changed: [MUG] }],
    ]);
  });

  it('are not told one by one where they are too many, nor remembered for ever', () => {
    const { told, news } = newsOf();
    const many = Array.from({ length: 2_001 }, (_, n) => [`k${n}`, 0] as const);
    news.onBatchCounted(1, [{ stream: 'sales', version: 3, changed: many }]);
    expect(told).toEqual([['stream:sales', {}]]);
    for (let batch = 2; batch < 20_002; batch++)
      news.onBatchCounted(batch, [{ stream: 'sales', version: 3, changed: [MUG] }]);
    const before = told.length;
    news.onMerged({ stream: 'sales', version: 3, batches: [20_001], changed: [MUG], rerouted: [] });
    expect(told).toHaveLength(before);
    news.onMerged({ stream: 'sales', version: 3, batches: [1], changed: [MUG], rerouted: [] });
    expect(told).toHaveLength(before + 1);
  });
});
