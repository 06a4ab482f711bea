import { ANSWER_LANGUAGES, type AnswerLanguage } from '../../../src/support/language/languages';
import { groupOf, lexiconOf, withoutInner } from '../../../src/support/language/lexicon';
import { fold } from '../../../src/support/language/fold';

const concepts = (language: AnswerLanguage, text: string) =>
  withoutInner(lexiconOf(language).conceptsIn(text)).map(({ id }) => id);

describe('the words of a language', () => {
  it.each<[AnswerLanguage, string, string]>([
    ['en', 'How heavy is it, and what is its weight?', 'weight'],
    ['de', 'Welches Gewicht hat das Rad?', 'weight'],
    ['fr', "Je veux changer l'adresse", 'address'],
    ['fr', 'N’annulez pas', 'cancel'],
    ['es', '¿Cuánto pesa?', 'weight'],
    ['zh', '重量是多少', 'weight'],
    ['ja', '重さはどのくらいですか', 'weight'],
    ['de', 'Ich möchte es zurückschicken', 'return'],
    ['en', 'do you deliver to Norway', 'country:NO'],
    ['de', 'ich moechte es zurueckschicken', 'return'],
    ['de', 'die Groesse ist falsch', 'size'],
    ['de', 'die Grösse ist falsch', 'size'],
  ])('name what they mean: %s %s', (language, text, concept) => expect(concepts(language, text)).toContain(concept));

  it('are others with other letters: a pet is no bed', () => {
    expect(fold('ペット')).not.toBe(fold('ベッド'));
    expect(fold('ですが')).not.toBe(fold('ですか'));
  });

  it('name the longest of what begins at one place', () => {
    expect(concepts('en', 'what is the return period')).toEqual(['return-period']);
  });

  it('have all concepts and lists in every language', () => {
    const names = (language: AnswerLanguage) => {
      const lexicon = lexiconOf(language) as unknown as { data: { concepts: object; grammar: object } };
      return [Object.keys(lexicon.data.concepts).sort(), Object.keys(lexicon.data.grammar).sort()];
    };
    for (const language of ANSWER_LANGUAGES) expect(names(language)).toEqual(names('en'));
    for (const concept of names('en')[0])
      expect(['service', 'quality', 'value', 'thing']).toContain(groupOf(concept as 'weight'));
  });

  it.each(['Größe', 'l’adresse ‘x’', '尺寸與顏色', 'ＡＢＣ', 'éàü😀ß'])('are folded to the same length: %s', (text) =>
    expect(fold(text)).toHaveLength(text.length),
  );
});
