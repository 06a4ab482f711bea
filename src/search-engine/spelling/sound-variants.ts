import { homophonesOf } from '../text/homophones';

/** A text in which a part is replaced by another one of the same sound. */
export interface SoundVariant {
  readonly text: string;
  /** Whether what was typed is a word, too. */
  readonly isDoubtful: boolean;
}

/** What {@link soundVariants} needs to know about the words of the shop and of Chinese. */
export interface SoundContext {
  /** Returns the frequency of a word of the shop, 0 if it is unknown. @param word folded */
  readonly frequencyOf: (word: string) => number;
  readonly fold: (character: string) => string;
  /** Returns whether Chinese has a word. Without it, Chinese words have no variants. */
  readonly hasChineseWord?: (word: string) => boolean;
}

const MAX_VARIANTS = 6;
/** Longer queries have no variants. */
const MAX_LENGTH = 40;
const KANA = /[\p{Script=Hira}\p{Script=Kana}]/u;
const HAN_RUNS = /\p{Script=Han}{2,}/gu;

/** Returns variants of a text in Japanese or Chinese, the most likely first. */
export function soundVariants(text: string, context: SoundContext): SoundVariant[] {
  if (text.length > MAX_LENGTH) return [];
  if (KANA.test(text)) return katakanaVariants(text.normalize('NFKC')).slice(0, MAX_VARIANTS);
  const { hasChineseWord } = context;
  return hasChineseWord === undefined ? [] : chineseVariants(text, { ...context, hasChineseWord });
}

/**
 * Voiced consonants and the voiceless ones with which they are confused: after a geminate (`ドックフード`, `ベット`) and
 * at the end of a word (`タク`).
 */
const VOICINGS = ['グク', 'ドト', 'ブプ', 'ズス'];
const CONFUSED = new Map(VOICINGS.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]));
const CONFUSED_PLACES = /(?<=ッ)[グクドトブプズス]|(?<=[\p{Script=Kana}ー])[グクドトブプズス](?![\p{Script=Kana}ー])/gu;

function katakanaVariants(text: string): SoundVariant[] {
  const places = [...text.matchAll(CONFUSED_PLACES)].map(({ index }) => index);
  const changedAt = (some: readonly number[]) => ({
    text: some.reduce((changed, at) => changed.slice(0, at) + CONFUSED.get(text[at])! + changed.slice(at + 1), text),
    isDoubtful: false,
  });
  const single = places.map((at) => changedAt([at]));
  return places.length > 1 ? [...single.slice(0, MAX_VARIANTS - 1), changedAt(places)] : single;
}

/** They bound the time that a query takes. */
const MAX_WORD_LENGTH = 4;
const MAX_LOOKUPS = 3_000;

interface Candidate {
  readonly text: string;
  readonly length: number;
  readonly frequency: number;
  readonly isDoubtful: () => boolean;
}

/** Replaces a character if the result is a word of the shop, which what was typed is not. */
function chineseVariants(text: string, { frequencyOf, fold, hasChineseWord }: Required<SoundContext>): SoundVariant[] {
  const candidates: Candidate[] = [];
  let lookupsLeft = MAX_LOOKUPS;
  for (const { 0: run, index } of text.matchAll(HAN_RUNS)) {
    // A character outside the basic plane has two code units. It is rare, and never typed for another one.
    if (run.length !== [...run].length) continue;
    const folded = [...run].map(fold).join('');
    const windows = windowsOf(run.length);
    for (let at = 0; at < run.length && lookupsLeft > 0; at++) {
      const homophones = homophonesOf(folded[at]);
      const around = windows.filter(([start, end]) => start <= at && at < end);
      const isDoubtful = () =>
        around.some(([start, end]) => end - start > 1 && hasChineseWord(folded.slice(start, end)));
      for (const [start, end] of around) {
        if (end - start > 1 && frequencyOf(folded.slice(start, end)) > 0) continue;
        const [before, after] = [folded.slice(start, at), folded.slice(at + 1, end)];
        for (const other of homophones) {
          if (lookupsLeft-- <= 0) break;
          const frequency = frequencyOf(before + other + after);
          if (frequency === 0) continue;
          const changed = text.slice(0, index + at) + other + text.slice(index + at + 1);
          candidates.push({ text: changed, length: end - start, frequency, isDoubtful });
        }
      }
    }
  }
  candidates.sort((a, b) => b.length - a.length || b.frequency - a.frequency);
  const seen = new Set<string>();
  return candidates
    .filter((one) => seen.size < seen.add(one.text).size)
    .slice(0, MAX_VARIANTS)
    .map((one) => ({ text: one.text, isDoubtful: one.isDoubtful() }));
}

/** Returns the ranges of a run that may be words. */
function windowsOf(runLength: number): [start: number, end: number][] {
  const windows: [number, number][] = [];
  for (let start = 0; start < runLength; start++)
    for (let end = start + 1; end <= Math.min(start + MAX_WORD_LENGTH, runLength); end++) windows.push([start, end]);
  return windows;
}
