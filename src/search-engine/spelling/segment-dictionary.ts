import type { Segment } from '../index/segment';
import { SpellingDictionary } from './spelling-dictionary';

/** Room for new words before the arrays have to grow: a minimum number plus a share of the existing words. */
const ROOM = 4_096;
const ROOM_SHARE = 1 / 8;

/**
 * Returns a dictionary of the words of a segment's documents, with their document counts. It takes some microseconds
 * per word, so do not call it on the event loop. The dictionary has room for the words that are added later, until the
 * index is rebuilt with a new dictionary.
 */
export function segmentDictionary({ surfaces, formCounts }: Segment): SpellingDictionary {
  const room = Math.ceil(surfaces.size * ROOM_SHARE) + ROOM;
  const dictionary = new SpellingDictionary(surfaces.size + room);
  for (let form = 0; form < surfaces.size; form++) {
    if (formCounts[form] > 0) dictionary.add(surfaces.at(form), formCounts[form]);
  }
  dictionary.makeRoom(room);
  return dictionary;
}
