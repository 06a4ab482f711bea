import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from '../platform/log';
import { startThread, type Thread } from '../platform/thread';
import { parseAffixRules, wordForms } from '../search-engine/spelling/hunspell';
import { WordList, type WordListState } from '../search-engine/spelling/word-list';
import { LanguageAnalyzer } from '../search-engine/text/language-analyzer';
import { programFile } from '../platform/program-file';

/** The npm package with the Hunspell dictionary of each supported language. */
const PACKAGES: ReadonlyMap<string, string> = new Map(
  ['de', 'en', 'es', 'fr'].map((language) => [language, `dictionary-${language}`]),
);

/**
 * Word lists by language. If a list contains a query word, a correction of it is only offered to the customer. It is
 * not searched for automatically. A thread reads each list once, and the list then stays in memory.
 */
export class WordLists {
  private readonly loaded = new Map<string, WordList>();
  private readonly loading = new Map<string, Promise<void>>();
  private readonly threads = new Set<Thread<WordListState>>();

  constructor(private readonly log: Logger) {}

  /**
   * Returns the word list of a language.
   * @param language first subtag, ISO 639-1
   * @returns undefined if the language has no list, or {@link load} has not read it yet
   */
  of(language: string): WordList | undefined {
    return this.loaded.get(language);
  }

  /** Resolves when the lists of these languages are loaded or have failed to load. */
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

  /** If a list cannot be read, its thread logs the error, and queries are corrected as in a language without a list. */
  private async read(language: string): Promise<void> {
    const thread = startThread<WordListState>(programFile('word-list.thread'), this.log, { data: language });
    this.threads.add(thread);
    await thread.ended.then((state) => this.loaded.set(language, new WordList(state))).catch(() => undefined);
    this.threads.delete(thread);
  }
}

/** @param language ISO 639-1 */
export const hasWordList = (language: string): boolean => PACKAGES.has(language);

/** Reads the dictionary of a language. Takes up to 2 s of CPU time. @throws Error if the language has no dictionary */
export async function readWordList(language: string): Promise<WordList> {
  const name = PACKAGES.get(language);
  if (name === undefined)
    throw new Error(`No word list for language ${language}. Supported languages: ${[...PACKAGES.keys()].join(', ')}.`);
  const folder = path.dirname(require.resolve(name));
  const [affixes, words] = await Promise.all(
    ['index.aff', 'index.dic'].map((file) => readFile(path.join(folder, file), 'utf8')),
  );
  const analyzer = new LanguageAnalyzer({ language });
  return WordList.of(wordForms(parseAffixRules(affixes), words), (character) => analyzer.folded(character));
}
