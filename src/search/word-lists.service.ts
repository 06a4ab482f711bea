import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from '../platform/log';
import { startThread, type Thread } from '../platform/thread';
import { parseAffixRules, wordForms } from './spelling/hunspell';
import { WordList, type WordListState } from './spelling/word-list';
import { LanguageAnalyzer } from './text/language-analyzer';

/** Languages that have a list, and the package with its Hunspell dictionary. */
const PACKAGES: ReadonlyMap<string, string> = new Map(
  ['de', 'en', 'es', 'fr'].map((language) => [language, `dictionary-${language}`]),
);
const FILE = path.join(__dirname, '../word-list.thread.js');

/** The words of languages, which are never corrected. Each list is read in a thread once, and kept. */
export class WordLists {
  private readonly loaded = new Map<string, WordList>();
  private readonly loading = new Map<string, Promise<void>>();
  private readonly threads = new Set<Thread<WordListState>>();

  constructor(private readonly log: Logger) {}

  /**
   * @param language its first subtag, ISO 639-1
   * @returns undefined where it has no list, or before {@link load} has read it
   */
  of(language: string): WordList | undefined {
    return this.loaded.get(language);
  }

  /** Resolves when the lists of all of these languages that have one are read, or could not be. */
  async load(languages: readonly string[]): Promise<void> {
    await Promise.all(languages.map((language) => this.loadOne(language)));
  }

  async close(): Promise<void> {
    await Promise.all([...this.threads].map((thread) => thread.terminate()));
  }

  private async loadOne(language: string): Promise<void> {
    if (!hasWordList(language)) return;
    let loading = this.loading.get(language);
    if (loading === undefined) this.loading.set(language, (loading = this.read(language)));
    await loading;
  }

  /** A list that can't be read is logged by its thread; without it, words are corrected as in a language that has none. */
  private async read(language: string): Promise<void> {
    const thread = startThread<WordListState>(FILE, this.log, { data: language });
    this.threads.add(thread);
    await thread.ended.then((state) => this.loaded.set(language, new WordList(state))).catch(() => undefined);
    this.threads.delete(thread);
  }
}

/** @param language ISO 639-1 */
export const hasWordList = (language: string): boolean => PACKAGES.has(language);

/** Reads the dictionary of a language; takes up to two seconds of CPU time. @throws Error where the language has none */
export async function readWordList(language: string): Promise<WordList> {
  const name = PACKAGES.get(language);
  if (name === undefined) throw new Error(`No list of words for language ${language}`);
  const folder = path.dirname(require.resolve(name));
  const [affixes, words] = await Promise.all(
    ['index.aff', 'index.dic'].map((file) => readFile(path.join(folder, file), 'utf8')),
  );
  const analyzer = new LanguageAnalyzer({ language });
  return WordList.of(wordForms(parseAffixRules(affixes), words), (character) => analyzer.folded(character));
}
