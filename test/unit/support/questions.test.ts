import { Analyzers } from '../../../src/search-engine/text/analyzers';
import type { AnswerLanguage } from '../../../src/support/language/languages';
import { questionsOf } from '../../../src/support/understanding/questions';

const analyzers = new Analyzers('en');
const questions = (language: AnswerLanguage, text: string) => questionsOf(text, language, analyzers.of(language));

describe('the questions of a message', () => {
  it.each<[AnswerLanguage, string, string[]]>([
    [
      'en',
      "When does my order arrive, what's the price of the Lumo Arc and do you ship to France?",
      ['When does my order arrive', "what's the price of the Lumo Arc", 'do you ship to France?'],
    ],
    [
      'de',
      'Wann kommt mein Paket und wie lange habe ich für die Rückgabe?',
      ['Wann kommt mein Paket', 'wie lange habe ich für die Rückgabe?'],
    ],
    [
      'fr',
      'Où est mon colis, et quel est le délai pour un retour ?',
      ['Où est mon colis', 'quel est le délai pour un retour ?'],
    ],
    [
      'es',
      '¿Dónde está mi pedido? ¿Cuánto cuesta el envío a Portugal?',
      ['¿Dónde está mi pedido?', '¿Cuánto cuesta el envío a Portugal?'],
    ],
    ['zh', '我的包裹什么时候到？另外退货期限是几天？', ['我的包裹什么时候到？', '另外退货期限是几天？']],
    ['ja', '荷物はいつ届きますか。返品は何日以内ですか。', ['荷物はいつ届きますか。', '返品は何日以内ですか。']],
  ])('are several: %s %s', (language, text, expected) => {
    expect(questions(language, text)).toEqual(expected);
  });

  it.each<[AnswerLanguage, string]>([
    ['en', 'Do you have the shirt in black and white?'],
    ['en', 'How long do I have to send back the lamp and the table?'],
    ['en', 'I want to return the lamp. How long do I have?'],
    ['de', 'Habt ihr den Hammer, den Bohrer und die Säge?'],
    ['fr', 'Est-ce que la lampe est noire et dorée ?'],
    ['zh', '这款灯有黑色和白色吗？'],
  ])('are one: %s %s', (language, text) => {
    expect(questions(language, text)).toEqual([text]);
  });

  it('have what is said before them', () => {
    expect(questions('en', 'My parcel is GT-1. Where is it? And how long may I return things?')).toHaveLength(2);
    expect(questions('en', 'Hello! Where is my parcel? How much is the delivery to Spain?')).toEqual([
      'Hello! Where is my parcel?',
      'How much is the delivery to Spain?',
    ]);
  });

  it.each(['，', '? ', 'と、', ', and how much '])('are one in a long text of %j, which is not split', (part) => {
    const text = part.repeat(200);
    for (const language of ['en', 'zh', 'ja'] as const)
      expect(questions(language, text.slice(0, 501))).toEqual([text.slice(0, 501)]);
  });
});
