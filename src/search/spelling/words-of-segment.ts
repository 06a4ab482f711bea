import type { Segment } from '../index/segment';
import { SpellingDictionary } from './spelling-dictionary';

/** Words that may come before the arrays have to grow, at the least, and as a share of those that are there. */
const ROOM = 4_096;
const ROOM_SHARE = 1 / 8;

/**
 * The words that a segment's documents have, with how many have each. Some microseconds a word: not for an event loop, and so
 * there is room for the words that come before the next segment.
 */
export function wordsOf({ surfaces, formCounts }: Segment): SpellingDictionary {
  const room = Math.ceil(surfaces.size * ROOM_SHARE) + ROOM;
  const dictionary = new SpellingDictionary(surfaces.size + room);
  for (let form = 0; form < surfaces.size; form++) {
    if (formCounts[form] > 0) dictionary.add(surfaces.at(form), formCounts[form]);
  }
  dictionary.makeRoom(room);
  return dictionary;
}
