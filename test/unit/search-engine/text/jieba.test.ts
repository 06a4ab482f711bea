import type * as Jieba from '../../../../src/search-engine/text/jieba';
import { loadJieba } from '../../../../src/search-engine/text/jieba';
import { LanguageAnalyzer } from '../../../../src/search-engine/text/language-analyzer';

const bigrams = new LanguageAnalyzer({ language: 'zh' });

describe('by jieba', () => {
  let chinese: LanguageAnalyzer;
  beforeAll(async () => {
    chinese = new LanguageAnalyzer({ language: 'zh', segmenter: await loadJieba() });
  });

  it('finds long words and the words in them, at their positions', () => {
    expect(chinese.analyze('USB-C 中国科学院，杯子')).toEqual([
      { surface: 'usb', term: 'usb', position: 0, start: 0, end: 3 },
      { surface: 'usbc', term: 'usbc', position: 0, start: 0, end: 5 },
      { surface: 'c', term: 'c', position: 1, start: 4, end: 5 },
      { surface: '中国', term: '中国', position: 2, start: 6, end: 8 },
      { surface: '中国科学院', term: '中国科学院', position: 2, start: 6, end: 11 },
      { surface: '科学', term: '科学', position: 3, start: 8, end: 10 },
      { surface: '科学院', term: '科学院', position: 3, start: 8, end: 11 },
      { surface: '学院', term: '学院', position: 4, start: 9, end: 11 },
      { surface: '杯子', term: '杯子', position: 5, start: 12, end: 14 },
    ]);
  });

  it('counts as JavaScript does beyond the first plane', () => {
    for (const text of ['𠮷野家红色杯子', '🎄红色𠮷杯子']) {
      for (const { surface, start, end } of chinese.analyze(text)) expect(text.slice(start, end)).toBe(surface);
    }
    expect(chinese.analyze('𠮷野家红色杯子').map(({ surface }) => surface)).toContain('杯子');
  });

  it('cuts no word of a long sentence', () => {
    const surfaces = chinese.analyze('中国科学院'.repeat(100)).map(({ surface }) => surface);
    expect(new Set(surfaces)).toEqual(new Set(['中国', '中国科学院', '科学', '科学院', '学院']));
  });

  it('is another analyzer than the one without it', () => expect(chinese.id).not.toBe(bigrams.id));
});

describe('unpacked by another thread', () => {
  const apart = async <T>(work: (own: typeof Jieba) => Promise<T>) => {
    let done: T | undefined;
    await jest.isolateModulesAsync(async () => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      done = await work(require('../../../../src/search-engine/text/jieba'));
    });
    return done as T;
  };

  it('finds the same words where it was unpacked, and continues to', async () => {
    const own = await loadJieba();
    const unpacked = await apart((other) => other.copyUnpackedJieba());
    const texts = [
      '中国科学院',
      '𠮷野家红色杯子',
      '他来到了网易杭研大厦',
      '小明硕士毕业于中国科学院计算所',
      '杯子'.repeat(400),
    ];
    await apart(async (other) => {
      expect(other.isJiebaLoaded()).toBe(false);
      const taken = await other.loadJieba(unpacked);
      // The dictionary is not unpacked again, which would need more memory.
      expect((await other.copyUnpackedJieba()).memory.length).toBe(unpacked.memory.length);
      for (let round = 0; round < 3; round++)
        for (const text of [...texts, texts.join('')]) expect(taken.segment(text)).toEqual(own.segment(text));
    });
  });

  it('is not announced once it has been used', async () => {
    await apart(async (other) => {
      (await other.loadJieba()).segment('杯子');
      await expect(other.copyUnpackedJieba()).rejects.toThrow('in use');
    });
  });
});

describe('without jieba', () => {
  it('returns every two neighbours, and the last character alone', () => {
    expect(bigrams.analyze('红杯子 茶').map(({ surface }) => surface)).toEqual(['红杯', '杯子', '子', '茶']);
    expect(new LanguageAnalyzer({ language: 'ja' }).analyze('ﾊﾞｯｸﾞ').map(({ surface }) => surface)).toEqual([
      'ばっ',
      'っぐ',
      'ぐ',
    ]);
  });
});
