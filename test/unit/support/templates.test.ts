import { renderTemplate, slotsOf, type TemplateId } from '../../../src/support/answers/templates';
import { answerText } from '../../../src/support/answers/answer-text';
import { INTENT_WORDS, intentWords } from '../../../src/support/answers/words';
import { ANSWER_LANGUAGES } from '../../../src/support/language/languages';
import { TEXTS } from '../../../src/support/language/texts';
import { STARTER_INTENTS } from '../../../src/support/understanding/intents';

const IDS = Object.keys(TEXTS.en.templates) as TemplateId[];

describe('templates', () => {
  it('have the same slots in all languages, and no text of another one', () => {
    for (const id of IDS)
      for (const language of ANSWER_LANGUAGES) {
        expect([id, language, slotsOf(id, language).sort()]).toEqual([id, language, slotsOf(id).sort()]);
        // Statuses, dates and names come from slots: a template states no number of its own.
        expect(TEXTS[language].templates[id]).not.toMatch(/\d/);
      }
  });

  it('take values as they are, even if these look like templates', () => {
    const slots = Object.fromEntries(slotsOf('order.summary').map((name) => [name, { text: `{order} $& ${name}` }]));
    expect(renderTemplate('en', 'order.summary', slots)).toBe(
      'Order {order} $& order of {order} $& placedAt: {order} $& status.',
    );
  });

  it('refuse to be rendered without a value', () => {
    expect(() => renderTemplate('en', 'order.summary', { order: { text: 'x' } })).toThrow('placedAt');
    expect(() => renderTemplate('en', 'parcel.place', Object.create({ place: { text: 'x' } }))).toThrow('place');
  });

  it('make one paragraph each', () => {
    const parts = [
      { template: 'orders.none', slots: {} },
      { template: 'hand-off', slots: {} },
    ] as const;
    expect(answerText({ language: 'en', parts }).split('\n')).toHaveLength(2);
  });
});

it('words exist for each value in all languages', () => {
  const keysOf = ({ words }: (typeof TEXTS)['en']) =>
    Object.entries(words).map(([name, of]) => [name, Object.keys(of)]);
  for (const language of ANSWER_LANGUAGES)
    expect(new Map(keysOf(TEXTS[language]).map(([name, of]) => [name, [...of].sort()]))).toEqual(
      new Map(keysOf(TEXTS.en).map(([name, of]) => [name, [...of].sort()])),
    );
});

describe('words of intents', () => {
  it('exist for each starter intent, and differ', () => {
    for (const language of ANSWER_LANGUAGES) {
      expect(Object.keys(INTENT_WORDS[language]).sort()).toEqual(Object.keys(STARTER_INTENTS).sort());
      expect(new Set(Object.values(INTENT_WORDS[language])).size).toBe(Object.keys(STARTER_INTENTS).length);
    }
  });

  it('of an intent of the shop are its id', () => {
    expect(intentWords('en', 'bicycle-service')).toBe('bicycle service');
    expect(intentWords('en', 'constructor')).toBe('constructor');
  });
});
