import { ANSWER_LANGUAGES } from '../../../src/support/language/languages';
import { frozenUtterances } from '../../../src/support/language/starter-examples';
import { languageOfText, statedLanguage } from '../../../src/support/language/text-language';

describe('the language of a text', () => {
  it.each(ANSWER_LANGUAGES)('is found for nearly all utterances of %s', (language) => {
    const texts = frozenUtterances([language]).map(({ text }) => text);
    expect(texts.length).toBeGreaterThan(15);
    const found = texts.filter((text) => {
      const { language: read, other } = languageOfText(text, null);
      return read === language && other === null;
    });
    expect(found.length / texts.length).toBeGreaterThan(0.9);
    // In a conversation in the language, a text that says little has it.
    const kept = texts.filter((text) => languageOfText(text, language).language === language);
    expect(kept.length / texts.length).toBeGreaterThan(0.98);
  });

  it.each([
    ['Where is my order? My name is 王小明', 'en'],
    ['Sendungsverfolgung bitte, Bestellnr. GT-1005', 'de'],
    ['cancel order 1001 for 李雷', 'en'],
    ['Please send it to 北京市朝阳区建国路88号', 'en'],
    ['Wo ist meine Bestellung? Ich bin 王小明', 'de'],
    ['我的order 1001到哪了', 'zh'],
    ['iPhone 手机壳', 'zh'],
    ['The North Face 外套有货吗', 'zh'],
    ['cancel 取消', 'zh'],
    ['注文をキャンセルしたいです', 'ja'],
    ['ｷｬﾝｾﾙ 注文', 'ja'],
  ])('is that of its words and characters: %j', (text, language) =>
    expect(languageOfText(text, null)).toEqual({ language, other: null }),
  );

  it.each([
    ['Dove si trova il mio pacco?', 'it'],
    ['Gdzie jest moja paczka?', 'pl'],
    ['Onde está a minha encomenda?', 'pt'],
    ['Waar is mijn pakket gebleven?', 'nl'],
    ['Где мой заказ?', 'ru'],
    ['주문 취소해 주세요', 'ko'],
  ])('may be one without answers: %j', (text, other) =>
    expect(languageOfText(text, 'de')).toEqual({ language: 'de', other }),
  );

  it.each(['1001?', 'GT-1002', 'OK', 'iPhone 15'])('stays the same for %j, which says nothing about it', (text) =>
    expect(languageOfText(text, 'ja').language).toBe('ja'),
  );

  it('is the stated one by its first subtag', () => {
    expect(['zh-Hant-TW', 'cmn', 'de_AT', 'FR', 'it', null].map(statedLanguage)).toEqual([
      ...['zh', 'zh', 'de', 'fr', null, null],
    ]);
  });
});
