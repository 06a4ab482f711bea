import { passagesOf, type ArticleRecord } from '../../../src/support/articles/article';
import { PassageIndex } from '../../../src/support/articles/passage-index';
import { seededRandom } from '../../../src/learn/seeded-random';

const article = (id: string, body: string, more: Partial<ArticleRecord> = {}): ArticleRecord => ({
  ...{ id, title: id, body, url: null, language: 'en', intents: [], updatedAt: '2026-01-01T00:00:00.000Z' },
  ...more,
});

describe('passages', () => {
  it('are the paragraphs, each with the heading above it', () => {
    expect(passagesOf('Intro.\n\n# Deadline\nWithin 30 days.\n\n\n  \n## Costs\n\nFree.\r\nAlways.')).toEqual([
      { number: 0, heading: null, text: 'Intro.' },
      { number: 1, heading: 'Deadline', text: 'Within 30 days.' },
      { number: 2, heading: 'Costs', text: 'Free.\nAlways.' },
    ]);
    expect(passagesOf(' \n\n# Only a heading')).toEqual([]);
  });

  it('of a long paragraph end with sentences, and lose nothing', () => {
    const sentences = Array.from({ length: 40 }, (_, n) => `This is sentence number ${n}.`);
    const passages = passagesOf(sentences.join(' '));
    expect(passages.length).toBeGreaterThan(1);
    expect(passages.map(({ text }) => text).join(' ')).toBe(sentences.join(' '));
    for (const { text } of passages) expect(text.length).toBeLessThanOrEqual(600);
  });
});

describe('the index of passages', () => {
  it('finds the passage with most of the information of a question', () => {
    const index = new PassageIndex('en');
    index.put(article('delivery', 'Standard delivery takes three days.\n\nExpress delivery takes one day.'));
    index.put(article('returns', 'You can return products within thirty days.'));
    const find = (question: string) => index.find(question, 'en');
    expect(find('how long does express delivery take')).toMatchObject({
      passage: { text: 'Express delivery takes one day.' },
      coverage: expect.any(Number) as number,
    });
    expect(find('returning products')!.article.id).toBe('returns');
    expect(find('zebra')).toBeUndefined();
    expect(find('the of and')).toBeUndefined();
    expect(index.find('express delivery', 'de')).toBeUndefined();
    expect(find('express delivery zebra')!.coverage).toBeLessThan(find('express delivery')!.coverage);
    // Without the intent, one word in common is too little.
    expect(find('delivery zebra')).toBeUndefined();
    expect(index.findIn(['delivery'], 'delivery zebra', 'en')!.article.id).toBe('delivery');
    expect(index.findIn(['returns'], 'express delivery', 'en')).toBeUndefined();
    expect(index.firstOf('delivery')!.passage.number).toBe(0);
  });

  it('is the same after changes as one that is built from the articles as they are then', () => {
    const random = seededRandom(7);
    const words = ['red', 'blue', 'green', 'tent', 'lamp', 'stove', 'cup', 'rope'];
    const text = () => Array.from({ length: 6 }, () => words[Math.floor(random() * words.length)]).join(' ');
    const changed = new PassageIndex('en');
    const current = new Map<string, ArticleRecord>();
    for (let step = 0; step < 60; step++) {
      const id = `a${Math.floor(random() * 8)}`;
      if (random() < 0.3) {
        changed.delete(id);
        current.delete(id);
      } else {
        const next = article(id, `${text()}\n\n${text()}`);
        changed.put(next);
        current.set(id, next);
      }
    }
    const fresh = new PassageIndex('en');
    for (const each of current.values()) fresh.put(each);
    for (const word of words) {
      const [a, b] = [changed, fresh].map((index) => index.findIn([...current.keys()].sort(), `${word} tent`, 'en'));
      expect(a?.coverage).toBeCloseTo(b?.coverage ?? NaN, 12);
    }
    expect(current.size).toBeGreaterThan(2);
  });

  it('reads Chinese through the same tokenizer', () => {
    const index = new PassageIndex('zh');
    index.put(article('退货', '您可以在三十天内退货。\n\n运费由本店承担。', { language: 'zh' }));
    expect(index.findIn(['退货'], '退货期限', 'zh')!.passage.text).toBe('您可以在三十天内退货。');
  });
});
