import fc from 'fast-check';
import type { ArticleRecord } from '../../../src/support/articles/article';
import { PassageAnswers } from '../../../src/support/articles/passage-answers';
import type { AnswerLanguage } from '../../../src/support/language/languages';
import { askedKinds } from '../../../src/support/understanding/asked-kind';

const article = (id: string, language: string, body: string, intents: string[] = []) =>
  ({
    id,
    title: body.split('\n')[0].replace('# ', ''),
    language,
    body,
    intents,
    url: null,
  }) as unknown as ArticleRecord;
const ARTICLES = [
  article(
    'returns',
    'en',
    `# Returns

## How long you have

You can return a product within 30 days of delivery.

## Packaging

The product must be unused and complete. The original packaging is welcome but not needed.

## How to return

Open the order in your account, choose Return and print the label.`,
    ['return-item'],
  ),
  article(
    'shipping',
    'en',
    `# Delivery

## Delivery time

Delivery takes 2 to 4 working days.

## Costs

Delivery costs 6.90 EUR within the European Union and 14.90 EUR to Norway.

## Parcel lockers

Parcels of up to 20 kg can be sent to a parcel locker.`,
  ),
  article(
    'zahlung',
    'de',
    '# Bezahlung\n\n## Kauf auf Rechnung\n\nBeim Kauf auf Rechnung haben Sie 14 Tage Zeit zum Bezahlen.',
  ),
];

function answersOf(articles: readonly ArticleRecord[]) {
  const answers = new PassageAnswers('en');
  for (const one of articles) answers.put(one);
  return answers;
}
const answers = answersOf(ARTICLES);
const ask = (text: string, language: AnswerLanguage = 'en', intent: string | null = null, from = answers) =>
  from.find({ text, language, intent, kinds: askedKinds(text, language) });
const headingOf = (text: string, language?: AnswerLanguage, intent?: string) =>
  ask(text, language, intent)[0]?.passage.heading;

describe('a passage that answers', () => {
  it.each([
    ['how long do I have to send things back', 'How long you have'],
    ['do I need the original box to return it', 'Packaging'],
    ['how do I return something', 'How to return'],
    ['how long does the delivery take', 'Delivery time'],
    ['how much is the delivery to Norway', 'Costs'],
    ['how much is shipping to Spain', 'Costs'],
  ])('is found for %j: %s', (text, heading) => expect(headingOf(text)).toBe(heading));

  it.each<[AnswerLanguage, string, string]>([
    ['de', 'Wie lange habe ich Zeit für die Rückgabe?', 'How long you have'],
    ['fr', 'Combien coûte la livraison en Norvège ?', 'Costs'],
    ['zh', '退货期限是几天？', 'How long you have'],
    ['ja', '返品の手順を教えてください', 'How to return'],
  ])('is found in another language: %s %s', (language, text, heading) =>
    expect(headingOf(text, language)).toBe(heading),
  );

  it('has a value of the kind that is asked for', () => {
    for (const found of ask('how long do I have to send things back'))
      expect(found.passage.text).toMatch(/\d+ \w* ?\w*days/);
    for (const found of ask('how much is the delivery to Norway')) expect(found.passage.text).toMatch(/EUR/);
  });

  it('does not score high with a part of a phrase, or with what products have', () => {
    expect(
      ask('Wo finde ich meine Rechnung?', 'de').find(({ language }) => language === 'de')?.score ?? 0,
    ).toBeLessThan(0.5);
    expect(ask('what weight can it carry')[0]?.score ?? 0).toBeLessThan(0.5);
    expect(ask('how long is the blade')[0]?.score ?? 0).toBeLessThan(0.5);
  });

  it('is the same in any order of the articles, and after they were replaced or deleted', () => {
    const questions = [
      'how long do I have to send things back',
      'how much is the delivery to Norway',
      'print the label',
    ];
    const found = (from: PassageAnswers) =>
      questions.map((text) =>
        ask(text, 'en', null, from).map(({ article: { id }, passage, score }) => [id, passage.number, score]),
      );
    const expected = found(answers);
    fc.assert(
      fc.property(fc.shuffledSubarray(ARTICLES, { minLength: 3 }), fc.constantFrom(...ARTICLES), (order, changed) => {
        const from = answersOf(order);
        from.put({ ...changed, body: '# Other\n\nSomething else.' });
        from.delete(changed.id);
        from.put(changed);
        expect(found(from)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });
});

it('the order in which articles are written decides nothing', () => {
  const texts = ['Delivery costs 4 EUR.', 'Delivery costs 5 EUR.', 'Delivery costs 6 EUR.', 'Returns cost 3 EUR.'];
  const articles = texts.map((text, n) => article(`a${n}`, 'en', `# Costs\n\n${text}`));
  const found = (order: readonly ArticleRecord[]) => {
    const passages = new PassageAnswers('en');
    for (const one of order) passages.put(one);
    const text = 'What does delivery cost?';
    return passages.find({ text, language: 'en', intent: null, kinds: askedKinds(text, 'en') })[0].article.id;
  };
  fc.assert(
    fc.property(fc.shuffledSubarray(articles, { minLength: articles.length }), (order) =>
      expect(found(order)).toBe('a0'),
    ),
  );
});
