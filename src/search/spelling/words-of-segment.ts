import type { Segment } from '../index/segment';
import { SpellingDictionary } from './spelling-dictionary';

/** The words that a segment's documents have, with how many have each. Some microseconds a word: not for an event loop. */
export function wordsOf({ surfaces, formCounts }: Segment): SpellingDictionary {
  const dictionary = new SpellingDictionary(Math.max(1_024, surfaces.size));
  for (let form = 0; form < surfaces.size; form++) {
    if (formCounts[form] > 0) dictionary.add(surfaces.at(form), formCounts[form]);
  }
  return dictionary;
}
