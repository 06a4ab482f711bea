import { WindowChangeNotifier } from '../../../src/streams/window-change-notifier.service';

function newsOf() {
  const told: [string, unknown][] = [];
  return { told, news: new WindowChangeNotifier({ publish: (topic, payload) => void told.push([topic, payload]) }) };
}
const MUG = ['mug', 0] as const;
const CUP = ['cup', 0] as const;

describe('notifications of changed windows', () => {
  it('are sent when a batch is counted, and not again when it is folded in', () => {
    const { told, news } = newsOf();
    news.onBatchCounted(7, [{ stream: 'sales', version: 3, changed: [MUG] }]);
    expect(told).toEqual([['stream:sales', { changed: [MUG] }]]);
    news.onMerged({ stream: 'sales', version: 3, batches: [7], changed: [MUG], rerouted: [] });
    expect(told).toHaveLength(1);
    // No notification was sent for another version.
    news.onMerged({ stream: 'sales', version: 4, batches: [7], changed: [CUP], rerouted: [] });
    expect(told.slice(1)).toEqual([['stream:sales', { changed: [CUP] }]]);
  });

  it('are sent with folding if another process has counted, and for sessions', () => {
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

  it('are not sent one by one if they are too many, nor stored forever', () => {
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
