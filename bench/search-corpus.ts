import { spawnSync } from 'node:child_process';
import { appendTo } from '../src/learn/group-by';
import { randomItem } from '../src/learn/random-draws';
import { seededRandom } from '../src/learn/seeded-random';

/**
 * The texts of a shop with titles and descriptions. Each text is generated from its number on every access, so 400,000
 * of them need no memory.
 */
export interface Corpus {
  readonly source: string;
  readonly size: number;
  document(number: number): CorpusDocument;
}

/** Words consist of the letters a–z, so that all search engines split texts into the same words. */
export interface CorpusDocument {
  readonly id: number;
  readonly title: readonly string[];
  readonly description: readonly string[];
  readonly section: string;
  readonly vendor: string;
  readonly colour: string;
  readonly price: number;
}

const VENDORS = 200;
const COLOURS = 12;
/** Lines from which descriptions are built. */
const LINES = 8;

/**
 * If the machine has Debian's package lists, titles consist of two one-line descriptions of a section and descriptions
 * of eight: real words with their real frequencies, in synthetic texts. Otherwise words are random, with Zipf
 * frequencies.
 */
export function searchCorpus(size: number): Corpus {
  return corpusOf(debianLines() ?? zipfLines(), size);
}

/** Random words with Zipf frequencies: the same texts on every machine. */
export function madeUpCorpus(size: number): Corpus {
  return corpusOf(zipfLines(), size);
}

function corpusOf({ source, sections }: Lines, size: number): Corpus {
  const names = [...sections.keys()];
  const weighted = names.flatMap((name) => Array<string>(sections.get(name)?.length ?? 0).fill(name));
  return {
    source,
    size,
    document(number) {
      const random = seededRandom(number * 7919 + 17);
      const section = randomItem(weighted, random);
      const lines = sections.get(section) as readonly string[][];
      const [a, b] = [randomItem(lines, random), randomItem(lines, random)];
      const title = [...a.slice(0, Math.ceil(a.length / 2)), ...b.slice(Math.ceil(b.length / 2))];
      const foreign = () => sections.get(randomItem(weighted, random)) as readonly string[][];
      const description = Array.from({ length: LINES }, () =>
        randomItem(random() < 0.6 ? lines : foreign(), random),
      ).flat();
      return {
        id: number,
        title,
        description,
        section,
        vendor: `vendor ${Math.floor(random() ** 3 * VENDORS)}`,
        colour: `colour ${Math.floor(random() ** 2 * COLOURS)}`,
        price: Math.round(Math.exp(1 + 5 * random()) * 100) / 100,
      };
    },
  };
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[a-z]+/g) ?? [];

interface Lines {
  readonly source: string;
  readonly sections: ReadonlyMap<string, string[][]>;
}

function debianLines(): Lines | undefined {
  const { status, stdout } = spawnSync('apt-cache', ['dumpavail'], { encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (status !== 0) return undefined;
  const sections = new Map<string, string[][]>();
  let lines = 0;
  for (const entry of stdout.split('\n\n')) {
    const section = /^Section: (.*)$/m.exec(entry)?.[1].split('/').pop();
    const words = wordsOf(/^Description: (.*)$/m.exec(entry)?.[1] ?? '');
    if (section === undefined || words.length === 0) continue;
    lines++;
    appendTo(sections, section, words);
  }
  if (lines < 10_000) return undefined;
  return { source: `recombined from ${lines} one-line descriptions of Debian packages (synthetic)`, sections };
}

function zipfLines(): Lines {
  const random = seededRandom(1);
  const letters = 'etaoinshrdlucmfwypvbgkjqxz';
  const letter = () => letters[Math.floor(random() ** 1.7 * letters.length)];
  const vocabulary = Array.from({ length: 40_000 }, (_, rank) =>
    Array.from({ length: 2 + Math.floor(Math.log2(rank + 2) / 2.2 + random() * 3) }, letter).join(''),
  );
  const word = () => vocabulary[Math.floor(vocabulary.length ** random()) - 1];
  const line = () => Array.from({ length: 3 + Math.floor(random() * 7) }, word);
  const sections = new Map(
    Array.from({ length: 50 }, (_, i) => [`section ${i}`, Array.from({ length: 1_000 }, line)] as const),
  );
  return { source: 'words of no meaning, Zipf-distributed (synthetic)', sections };
}
