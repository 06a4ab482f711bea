import { seededRandom } from '../../../src/learn/seeded-random';
import { cpuMs } from '../../setup/cpu-time';
import { fitIntentClassifier } from '../../../src/support/understanding/fit-intent-classifier';
import { IntentClassifier } from '../../../src/support/understanding/intent-classifier';
import { OUT_OF_SCOPE } from '../../../src/support/understanding/intent-example';
import { MAX_TEXT_LENGTH } from '../../../src/support/understanding/text-words';
import { foreignSentences, syntheticSentences } from './synthetic-sentences';

const training = syntheticSentences(30, 1);
const test = syntheticSentences(20, 2);
const fit = fitIntentClassifier(training, { seed: 7 });
const { classifier } = fit;
const bestOf = (text: string, each = classifier) => each.classify(text)[0];

describe('IntentClassifier, on synthetic sentences', () => {
  it('finds the intents of sentences that it has not seen, in English and Chinese', () => {
    const right = test.filter(({ text, intent }) => bestOf(text).intent === intent);
    expect(right.length / test.length).toBeGreaterThan(0.95);
    expect(bestOf('我要退回这个，不想要了').intent).toBe('退货');
    expect(bestOf('請問電子發票').intent).toBe('发票');
  });

  it('has the same predictions after encoding and decoding', () => {
    const decoded = IntentClassifier.decode(classifier.encode());
    expect(decoded.threshold).toBe(classifier.threshold);
    expect(decoded.intents).toEqual(classifier.intents);
    for (const { text } of [...test, { text: 'an unknown sentence 😀' }])
      expect(decoded.classify(text)).toEqual(classifier.classify(text));
  });

  it('refuses bytes that are cut short or of another kind', () => {
    const bytes = classifier.encode();
    expect(() => IntentClassifier.decode(bytes.subarray(0, bytes.length - 1))).toThrow(RangeError);
    const other = bytes.slice();
    other[3] ^= 1;
    expect(() => IntentClassifier.decode(other)).toThrow('expected intent-classifier version 2');
  });

  it('has none of the words that it has learned, which people have written', () => {
    const bytes = Buffer.from(classifier.encode()).toString('latin1');
    const words = new Set(training.flatMap(({ text }) => text.split(/\W+/).filter((word) => word.length > 3)));
    expect(words.size).toBeGreaterThan(20);
    // The names of the intents are those of the shop.
    const intents = classifier.intents.join(' ');
    expect([...words].filter((word) => bytes.includes(word) && !intents.includes(word))).toEqual([]);
  });

  it('has the same bytes for the same examples in any order, and others for another seed', () => {
    const random = seededRandom(3);
    const shuffled = training
      .map((example) => ({ example, rank: random() }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ example }) => example);
    const again = fitIntentClassifier(shuffled, { seed: 7 });
    expect(Buffer.compare(again.classifier.encode(), classifier.encode())).toBe(0);
    expect(again.heldOut).toEqual(fit.heldOut);
    const other = fitIntentClassifier(training, { seed: 8 });
    expect(Buffer.compare(other.classifier.encode(), classifier.encode())).not.toBe(0);
  });

  it('returns confidences from 0 to 1, sorted, with a sum of at most 1', () => {
    for (const text of [...test.map((each) => each.text), ...foreignSentences(50, 4)]) {
      const confidences = classifier.classify(text).map(({ confidence }) => confidence);
      expect(confidences).toHaveLength(5);
      expect([...confidences].sort((a, b) => b - a)).toEqual(confidences);
      expect(Math.min(...confidences)).toBeGreaterThanOrEqual(0);
      expect(confidences.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(1 + 1e-12);
    }
  });

  it.each([
    ['an empty text', ''],
    ['blanks', ' \t\n '.repeat(1000)],
    ['emoji', '😀🎉👩‍👩‍👧'.repeat(300)],
    ['lone surrogates', '\ud83d \udc00 \ud83d'],
  ])('has no confidence in any intent of %s', (_, text) => {
    expect(classifier.classify(text).map(({ confidence }) => confidence)).toEqual([0, 0, 0, 0, 0]);
  });

  it.each([
    ['one word', 'a'.repeat(1 << 20)],
    ['many words', 'refund '.repeat(150_000)],
    ['characters without spaces', '退货'.repeat(1 << 19)],
    ['joiners', "a-b'c.".repeat(180_000)],
    ['digits', '1234567890,'.repeat(95_000)],
    ['marks', 'é\u0301\u0301'.repeat(350_000)],
  ])('reads only the beginning of 1 MB of %s', (_, text) => {
    // Without the limit, each of these takes seconds.
    const started = cpuMs();
    const result = classifier.classify(text);
    expect(cpuMs() - started).toBeLessThan(1_000);
    expect(result).toEqual(classifier.classify(text.slice(0, MAX_TEXT_LENGTH)));
  });

  it('refuses sentences of foreign intents more often than others, by leaving intents out', () => {
    const isRefused = (text: string) => bestOf(text).confidence < classifier.threshold;
    const foreign = foreignSentences(200, 5).filter(isRefused).length / 200;
    const inScope = test.filter(({ text }) => isRefused(text)).length / test.length;
    expect(foreign).toBeGreaterThan(0.9);
    expect(inScope).toBeLessThan(0.2);
  });

  it('learns what is out of scope from examples, and never returns it as an intent', () => {
    const examples = foreignSentences(60, 6).map((text) => ({ text, intent: OUT_OF_SCOPE }));
    const { classifier: learned, heldOut } = fitIntentClassifier([...training, ...examples], { seed: 1 });
    expect(learned.intents).not.toContain(OUT_OF_SCOPE);
    expect(heldOut.filter(({ actual }) => actual === OUT_OF_SCOPE)).toHaveLength(60);
    const confident = foreignSentences(100, 9).filter((text) => bestOf(text, learned).confidence > 0.5);
    expect(confident.length).toBeLessThan(10);
  });

  it('calibrates on the validation examples, if there are any', () => {
    const outside = foreignSentences(40, 8).map((text) => ({ text, intent: 'not-trained' }));
    const { heldOut } = fitIntentClassifier(training, { seed: 1, validation: [...test, ...outside] });
    expect(heldOut.map(({ actual }) => actual)).toEqual([
      ...test.map(({ intent }) => intent),
      ...outside.map(() => OUT_OF_SCOPE),
    ]);
  });

  it('is calibrated: of labels that are right by chance in seven of ten cases, it is as sure as that', () => {
    const random = seededRandom(12);
    const intents = ['parcel', 'refund', 'invoice', 'voucher'];
    const noisy = syntheticSentences(150, 10)
      .filter(({ intent }) => intents.includes(intent))
      .map(({ text, intent }) => ({ text, intent: random() < 0.6 ? intent : intents[Math.floor(random() * 4)] }));
    const { heldOut } = fitIntentClassifier(noisy, { seed: 1, validation: undefined });
    const mean = heldOut.reduce((sum, { confidence }) => sum + confidence, 0) / heldOut.length;
    const share = heldOut.filter(({ actual, intent }) => actual === intent).length / heldOut.length;
    expect(share).toBeGreaterThan(0.5);
    expect(share).toBeLessThan(0.75);
    expect(Math.abs(mean - share)).toBeLessThan(0.12);
  });

  it('needs two intents', () => {
    const one = training.filter(({ intent }) => intent === 'parcel');
    const outside = { text: 'an opera', intent: OUT_OF_SCOPE };
    expect(() => fitIntentClassifier([...one, outside], { seed: 1 })).toThrow('at least two intents; got 1');
  });

  it('fits two intents with one example each', () => {
    const tiny = [
      { text: 'where is my parcel', intent: 'parcel' },
      { text: 'give me a refund', intent: 'refund' },
    ];
    const { classifier: small } = fitIntentClassifier(tiny, { seed: 1 });
    expect(bestOf('a refund', small).intent).toBe('refund');
    expect(small.threshold).toBeGreaterThan(0);
    expect(small.threshold).toBeLessThan(1);
  });
});
