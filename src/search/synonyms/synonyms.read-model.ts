import type { LogChange } from '../../events/position.store';
import type { ReadModel } from '../../events/read-model';
import type { PoolClient } from '../../platform/postgres';
import type { Analyzers } from '../../search-engine/text/analyzers';
import { subtagOf } from '../../search-engine/text/analyzers';
import { readSynonyms, type SynonymRecord } from './synonym.store';
import type { LanguageAnalyzer } from '../../search-engine/text/language-analyzer';
import { Synonyms } from '../../search-engine/text/synonyms';
import { readStarterLanguages } from './starter/starter-synonym.store';
import { starterSynonymsOf } from './starter/starter-synonyms';

declare module '../../events/position.store' {
  interface LogChange {
    /** Synonyms that were created or updated, with all fields. */
    readonly synonyms?: readonly SynonymRecord[];
    readonly deletedSynonyms?: readonly string[];
    /** Languages whose starter synonyms were switched on or off. */
    readonly starterSynonyms?: readonly { readonly language: string; readonly enabled: boolean }[];
  }
}

/** The shop's synonyms and the starter synonyms that it uses, in memory. They are updated by the changes in the log. */
export class SynonymsReadModel implements ReadModel {
  private records = new Map<string, SynonymRecord>();
  private synonymsByLanguage = new Map<string, Synonyms>();
  private startersByLanguage = new Map<string, Synonyms>();
  /** The languages that have rules of their own. */
  private languages = new Set<string>();
  /** The languages whose starter synonyms are on. */
  private starterLanguages = new Set<string>();
  private builtForAnalyzers: Analyzers | undefined;
  private changes = 0;

  /** Number that changes with the synonyms. */
  get version(): number {
    return this.changes;
  }

  async load(client: PoolClient): Promise<void> {
    this.records = new Map((await readSynonyms(client)).map((record) => [record.id, record]));
    this.starterLanguages = new Set(await readStarterLanguages(client));
    this.invalidate();
  }

  apply({ synonyms, deletedSynonyms, starterSynonyms }: LogChange): void {
    if (synonyms === undefined && deletedSynonyms === undefined && starterSynonyms === undefined) return;
    for (const record of synonyms ?? []) this.records.set(record.id, record);
    for (const id of deletedSynonyms ?? []) this.records.delete(id);
    for (const { language, enabled } of starterSynonyms ?? [])
      this.starterLanguages[enabled ? 'add' : 'delete'](language);
    this.invalidate();
  }

  find(id: string): SynonymRecord | undefined {
    return this.records.get(id);
  }

  /**
   * Returns the rules of one language together with the rules for all languages and, if they are on, the starter
   * synonyms of the language.
   * @param named first subtag of a language. Clients can send any text, so unknown languages share one cached entry.
   * @param preview rule to use instead of the stored rule with its id. The result is not cached.
   */
  forLanguage(named: string, analyzers: Analyzers, preview?: SynonymRecord): Synonyms {
    if (this.builtForAnalyzers !== analyzers) {
      this.synonymsByLanguage.clear();
      this.startersByLanguage.clear();
    }
    this.builtForAnalyzers = analyzers;
    const analyzer = analyzers.forQuery(named);
    const isKnown = this.languages.has(named) || (preview?.language != null && subtagOf(preview.language) === named);
    const language = isKnown ? named : analyzer.language;
    if (preview !== undefined && this.records.has(preview.id)) {
      const records = new Map(this.records).set(preview.id, preview);
      return new Synonyms(rulesOf(records.values(), language), analyzer, this.startersOf(language, analyzer));
    }
    const stored = this.storedOf(language, analyzer);
    const added = preview === undefined ? [] : rulesOf([preview], language);
    return added.length === 0 ? stored : new Synonyms(added, analyzer, stored);
  }

  private storedOf(language: string, analyzer: LanguageAnalyzer): Synonyms {
    let synonyms = this.synonymsByLanguage.get(language);
    if (synonyms === undefined) {
      const starters = this.startersOf(language, analyzer);
      synonyms = new Synonyms(rulesOf(this.records.values(), language), analyzer, starters);
      this.synonymsByLanguage.set(language, synonyms);
    }
    return synonyms;
  }

  /** Returns the starter synonyms of a language if they are on. A change of the shop's synonyms does not build them again. */
  private startersOf(language: string, analyzer: LanguageAnalyzer): Synonyms | undefined {
    if (!this.starterLanguages.has(language)) return undefined;
    let starters = this.startersByLanguage.get(language);
    if (starters === undefined)
      this.startersByLanguage.set(language, (starters = new Synonyms(starterSynonymsOf(language), analyzer)));
    return starters;
  }

  private invalidate(): void {
    this.changes++;
    this.synonymsByLanguage.clear();
    this.languages = new Set(
      [...this.records.values()].flatMap(({ language }) => (language === null ? [] : subtagOf(language))),
    );
  }
}

function rulesOf(records: Iterable<SynonymRecord>, language: string): SynonymRecord[] {
  return [...records]
    .filter((rule) => rule.language === null || subtagOf(rule.language) === language)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
