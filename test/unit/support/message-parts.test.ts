import type { IntentsArtefact } from '../../../src/support/understanding/intents-artefact';
import { partsOf } from '../../../src/support/understanding/message-parts';
import { UnderstandingService } from '../../../src/support/understanding/understanding.service';

describe('parts of a message', () => {
  it('are the message and its sentences without greetings', () => {
    expect(partsOf('Hi there, good morning! Where is my parcel? Thanks a lot')).toEqual({
      whole: 'Hi there, good morning! Where is my parcel? Thanks a lot',
      sentences: ['Where is my parcel?'],
    });
    expect(partsOf('Hello, I am angry.\nthank you, cancel it')).toMatchObject({
      sentences: ['I am angry.', 'cancel it'],
    });
    expect(partsOf('你好，请问我的包裹在哪里？谢谢').sentences).toEqual(['我的包裹在哪里？']);
  });

  it('leave words alone that begin like a greeting, and abbreviations', () => {
    expect(partsOf('Highlights of order no. 5 please').sentences).toEqual(['Highlights of order no. 5 please']);
    expect(partsOf('Okra seeds are missing').sentences).toEqual(['Okra seeds are missing']);
  });

  it('have no markup, and none twice', () => {
    expect(partsOf('<p>Where is it?</p><p>Where is it?</p>').sentences).toEqual(['Where is it?']);
    expect(partsOf('a < b and c > d').whole).toBe('a   d');
  });

  it('are sentences only if the message is long, and the message only if it has no sentence', () => {
    const long = 'The parcel is late again. '.repeat(9);
    expect(partsOf(long)).toEqual({ whole: undefined, sentences: ['The parcel is late again.'] });
    expect(partsOf('包裹又晚了。'.repeat(20)).whole).toBeUndefined();
    const words = Array.from({ length: 50 }, (_, n) => `w${n}`).join('\n');
    expect(partsOf(words)).toEqual({ whole: words, sentences: [] });
    for (const short of ['', ' ', 'Hi', '?!']) expect(partsOf(short)).toEqual({ whole: short, sentences: [] });
  });

  it('are the last ones of very many', () => {
    const { sentences } = partsOf(Array.from({ length: 1_000 }, (_, n) => `number ${n}`).join('\n'));
    expect([sentences.length, sentences[0], sentences.at(-1)]).toEqual([40, 'number 960', 'number 999']);
  });
});

describe('UnderstandingService', () => {
  /** Understands texts with a model whose threshold is .6. Other texts than these have no intent. */
  const understand = (
    text: string,
    known: Record<string, Record<string, number>>,
    simplify?: (part: string) => string,
  ) => {
    const classify = (part: string) =>
      Object.entries(known[part] ?? {}).map(([intent, confidence]) => ({ intent, confidence }));
    const current = { classifier: { threshold: 0.6, classify } } as unknown as IntentsArtefact;
    return new UnderstandingService({ current, version: 'v1' }).understand(text, simplify);
  };
  const FILLER = ' It was a really long day and so many things went wrong that I can not even count them'.repeat(3);

  it('has no intent without a model', () => {
    expect(new UnderstandingService({ current: null, version: null }).understand('Hello')).toEqual({
      ...{ intent: null, confidence: null, candidates: [], modelVersion: null, part: 'Hello' },
    });
  });

  it('reads the whole message first, and returns three candidates', () => {
    const text = 'Where is it? Cancel it!';
    const sentences = { 'Where is it?': { status: 0.8 }, 'Cancel it!': { cancel: 0.9 } };
    const known = { ...sentences, [text]: { status: 0.7, cancel: 0.2, late: 0.1, refund: 0.05 } };
    const candidates = ['status', 'cancel', 'late'].map((intent) => expect.objectContaining({ intent }));
    const certain = { intent: 'status', confidence: 0.7, candidates, modelVersion: 'v1', part: text };
    expect(understand(text, known)).toEqual(certain);
  });

  it('has no intent below the threshold, or without candidates', () => {
    const text = 'Where is it?';
    expect(understand(text, { [text]: { status: 0.59 } })).toMatchObject({
      intent: null,
      confidence: 0.59,
      part: text,
    });
    expect(understand(text, {})).toMatchObject({ intent: null, confidence: 0, candidates: [], part: text });
  });

  it('becomes certain by a sentence with the same intent, or with any if the message has none', () => {
    const text = 'I ordered twice. Where is it?';
    const sentences = { 'Where is it?': { status: 0.8 }, 'I ordered twice.': { change: 0.9 } };
    expect(understand(text, { ...sentences, [text]: { status: 0.5 } })).toMatchObject({
      ...{ intent: 'status', confidence: 0.8, part: 'Where is it?' },
    });
    expect(understand(text, { ...sentences, [text]: { refund: 0.3 } })).toMatchObject({ intent: null, part: text });
    expect(understand(text, { ...sentences, [text]: { refund: 0.29 } })).toMatchObject({ intent: 'change' });
  });

  it('prefers a question in a long message, then the most probable sentence', () => {
    const text = `Where is it? Cancel my order now.${FILLER}`;
    const cancel = { 'Cancel my order now.': { cancel: 0.9 } };
    const both = { ...cancel, 'Where is it?': { status: 0.85 } };
    expect(understand(text, both)).toMatchObject({ intent: 'status', part: 'Where is it?' });
    expect(understand(text, { ...both, 'Where is it?': { status: 0.5 } })).toMatchObject({ intent: 'cancel' });
    expect(understand(text, {})).toMatchObject({ intent: null, confidence: 0 });
    const person = { ...both, 'Cancel my order now.': { 'speak-to-person': 0.6 } };
    expect(understand(text, person)).toMatchObject({ intent: 'speak-to-person' });
  });

  it('reads simplified parts, but returns the part of the customer', () => {
    const known = { 'Where is 1?': { status: 0.9 } };
    const found = understand('Listen. Where is A-7?', known, (part) => part.replace('A-7', '1'));
    expect(found).toMatchObject({ intent: 'status', part: 'Where is A-7?' });
  });

  it('has a polite intent only if no part has another one', () => {
    const text = 'Hello dear shop. Where is it?';
    const polite = { [text]: { greeting: 0.95 }, 'dear shop.': { greeting: 0.9 } };
    expect(understand(text, polite)).toMatchObject({ intent: 'greeting', part: text });
    expect(understand(text, { ...polite, 'Where is it?': { status: 0.6 } })).toMatchObject({ intent: 'status' });
    const long = `Where is it? Many thanks to you.${FILLER}`;
    const thanks = { 'Many thanks to you.': { thanks: 0.99 } };
    expect(understand(long, { ...thanks, 'Where is it?': { status: 0.6 } })).toMatchObject({ intent: 'status' });
    expect(understand(long, thanks)).toMatchObject({ intent: 'thanks' });
  });
});
