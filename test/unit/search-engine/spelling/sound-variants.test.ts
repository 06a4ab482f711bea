import { homophonesOf } from '../../../../src/search-engine/text/homophones';
import { soundVariants } from '../../../../src/search-engine/spelling/sound-variants';

describe('variants of a text in Japanese', () => {
  const variantsOf = (text: string) =>
    soundVariants(text, { frequencyOf: () => 0, fold: (character) => character }).map((variant) => variant.text);

  it.each([
    ['バック', ['バッグ']],
    ['ベット', ['ベッド']],
    ['ドックフード', ['ドッグフード', 'ドックフート', 'ドッグフート']],
    ['黒い ショルダーバック', ['黒い ショルダーバッグ']],
    ['ペットベット', ['ペッドベット', 'ペットベッド', 'ペッドベッド']],
    ['タク', ['タグ']],
    ['ﾊﾞｯｸ', ['バッグ']],
    ['グラス', ['グラズ']],
    ['グリル', []],
    ['めがね', []],
    ['bag', []],
  ])('%s: %j', (text, variants) => {
    expect(variantsOf(text)).toEqual(variants);
  });

  it('are few, also of a long text', () => {
    expect(variantsOf('ベット'.repeat(13))).toHaveLength(6);
    expect(variantsOf('ベット'.repeat(14))).toEqual([]);
  });
});

describe('variants of a text in Chinese', () => {
  const shopWords = ['窗帘', '底锅', '平底锅', '鞋', '刺猬', '蓝牙', '文件'];
  const chineseWords = ['窗子', '问件'];
  const variantsOf = (text: string) =>
    soundVariants(text, {
      frequencyOf: (word) => (shopWords.includes(word) ? 1 : 0),
      fold: (character) => ({ 簾: '帘', 鍋: '锅' })[character] ?? character,
      hasChineseWord: (word) => chineseWords.includes(word),
    });
  const texts = (text: string) => variantsOf(text).map((variant) => variant.text);

  it.each([
    ['窗廉', ['窗帘']],
    ['小刺渭', ['小刺猬']],
    ['兰牙 耳机', ['蓝牙 耳机']],
    ['登山携', ['登山鞋']],
    // The whole word comes before its part, and both are the same text.
    ['平低锅', ['平底锅']],
    // Traditional characters stay.
    ['平低鍋', ['平底鍋']],
    ['文见', ['文件']],
    ['蓝牙', []],
    ['携', []],
    ['curtain', []],
  ])('%s: %j', (text, variants) => {
    expect(texts(text)).toEqual(variants);
  });

  it('take few lookups', () => {
    let lookups = 0;
    const frequencyOf = () => ((lookups += 1), 0);
    soundVariants('事实世视机器食品事实世视机器食品', { frequencyOf, fold: (one) => one, hasChineseWord: () => false });
    expect(lookups).toBeLessThanOrEqual(3_200);
  });

  it('are doubtful if what was typed is a word', () => {
    expect(variantsOf('文见')).toEqual([{ text: '文件', isDoubtful: false }]);
    expect(variantsOf('问件')).toEqual([{ text: '文件', isDoubtful: true }]);
  });
});

it('homophones have one of the readings of a character, in any tone', () => {
  expect(homophonesOf('低')).toContain('底');
  expect(homophonesOf('行')).toEqual(expect.arrayContaining(['杭', '型']));
  expect(homophonesOf('低')).not.toContain('低');
  expect(homophonesOf('a')).toEqual([]);
});
