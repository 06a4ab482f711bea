import type { PreparedConditions, ProductConditionsService } from '../../catalog/product-conditions.service';
import type { LogChange } from '../../events/position.store';
import { ApiError } from '../../graphql/errors';
import type { PoolClient } from '../../platform/postgres';
import type { Analyzers } from '../../search-engine/text/analyzers';
import { readMerchandisingRules, type MerchandisingRuleRecord } from './merchandising.store';
import type { LanguageAnalyzer } from '../../search-engine/text/language-analyzer';
import { stemmedForms, stemmedQuery } from '../../search-engine/text/parse-query';

/** The combined effects of all active rules on one result list. */
export interface MerchandisingEffects {
  readonly pins: readonly string[];
  readonly buried: readonly string[];
  readonly boosts: readonly PreparedConditions[];
  readonly redirect: string | null;
}

/** A search as rules are compared with. */
export interface MerchandisedSearch {
  readonly query: string;
  readonly placement?: string | null;
  readonly language?: string | null;
}

const NO_EFFECTS: MerchandisingEffects = { pins: [], buried: [], boosts: [], redirect: null };

/** The shop's merchandising rules in memory. They are updated by the changes in the log. */
export class MerchandisingReadModel {
  private rules = new Map<string, MerchandisingRuleRecord>();
  /** Caches the analyzed queries of the rules. Analyzing them for each search would take longer than the search. */
  private words = new WeakMap<LanguageAnalyzer, Map<string, string>>();

  private changes = 0;

  /** @param hasWord returns whether a product has a word with a sign, such as `c++`. Default: true */
  constructor(
    private readonly conditions: () => ProductConditionsService,
    private readonly hasWord: (surface: string) => boolean = () => true,
  ) {}

  async load(client: PoolClient): Promise<void> {
    this.rules = new Map((await readMerchandisingRules(client)).map((rule) => [rule.id, rule]));
    this.invalidate();
  }

  /** Number that changes with the rules. */
  get version(): number {
    return this.changes;
  }

  /** The queries of all rules. */
  get queries(): readonly string[] {
    return [...this.rules.values()].flatMap(({ queries }) => queries);
  }

  /**
   * Returns whether a rule names a query, in any form of its words.
   * @param now ms since 1970
   * @param preview see {@link effectsFor}
   */
  hasQuery(
    query: string,
    language: string | null | undefined,
    analyzers: Analyzers,
    now: number,
    preview?: Pick<MerchandisingRuleRecord, 'id' | 'queries'>,
  ): boolean {
    const analyzer = analyzers.forQuery(language);
    const forms = stemmedForms(query, analyzer, this.hasWord);
    if (preview?.queries.some((text) => forms.includes(stemmedQuery(text, analyzer)))) return true;
    return this.rulesInForce(now).some(
      ({ id, queries }) =>
        id !== preview?.id && queries.some((text) => forms.includes(this.wordsOfRule(text, analyzer))),
    );
  }

  apply({ merchandisingRules, deletedMerchandisingRules }: LogChange): void {
    if (merchandisingRules === undefined && deletedMerchandisingRules === undefined) return;
    this.invalidate();
    for (const rule of (merchandisingRules ?? []) as MerchandisingRuleRecord[]) this.rules.set(rule.id, rule);
    for (const id of deletedMerchandisingRules ?? []) this.rules.delete(id);
  }

  find(id: string): MerchandisingRuleRecord | undefined {
    return this.rules.get(id);
  }

  /**
   * Returns the effects of the rules that apply to a search. Rules apply in order of id: the first rule's pins come
   * first, and the first redirect wins.
   * @param now ms since 1970
   * @param preview rule to use instead of the stored rule with its id; its start and end are ignored
   */
  effectsFor(
    { query, placement, language }: MerchandisedSearch,
    analyzers: Analyzers,
    now: number,
    preview?: MerchandisingRuleRecord,
  ): MerchandisingEffects {
    if (this.rules.size === 0 && preview === undefined) return NO_EFFECTS;
    const analyzer = analyzers.forQuery(language);
    const searchedForms = stemmedForms(query, analyzer, this.hasWord).filter((form) => form !== '');
    // The queries of a preview are not cached, because a preview would add entries that are not used again.
    const ruleWordsOf = (rule: MerchandisingRuleRecord, text: string) =>
      rule === preview ? stemmedQuery(text, analyzer) : this.wordsOfRule(text, analyzer);
    const inForce = this.rulesInForce(now).filter(({ id }) => id !== preview?.id);
    const rules = [...inForce, ...(preview === undefined ? [] : [preview])]
      .filter(({ placements }) => placements.length === 0 || (placement != null && placements.includes(placement)))
      .filter(
        (rule) =>
          rule.queries.length === 0 || rule.queries.some((text) => searchedForms.includes(ruleWordsOf(rule, text))),
      )
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    if (rules.length === 0) return NO_EFFECTS;
    return {
      pins: [...new Set(rules.flatMap(({ pins }) => pins))],
      buried: [...new Set(rules.flatMap(({ buried }) => buried))],
      boosts: rules.flatMap((rule) => this.boostOf(rule)),
      redirect: rules.find(({ redirect }) => redirect !== null)?.redirect ?? null,
    };
  }

  /**
   * Returns the boost of a rule; none if it is invalid. Boosts are checked when they are written, but this release may not
   * understand what another one accepted: then `freshet doctor` names the rule, and its other effects remain.
   */
  private boostOf({ boost }: MerchandisingRuleRecord): PreparedConditions[] {
    try {
      return boost === null ? [] : [this.conditions().prepare({ boost }, 'ADMIN')];
    } catch (error) {
      if (error instanceof ApiError) return [];
      throw error;
    }
  }

  private rulesInForce(now: number): MerchandisingRuleRecord[] {
    const nowText = new Date(now).toISOString();
    return [...this.rules.values()].filter(
      ({ startsAt, endsAt }) => (startsAt ?? '') <= nowText && (endsAt === null || nowText < endsAt),
    );
  }

  private invalidate(): void {
    this.changes++;
    this.words = new WeakMap();
  }

  private wordsOfRule(text: string, analyzer: LanguageAnalyzer): string {
    let known = this.words.get(analyzer);
    if (known === undefined) this.words.set(analyzer, (known = new Map<string, string>()));
    let words = known.get(text);
    if (words === undefined) known.set(text, (words = stemmedQuery(text, analyzer)));
    return words;
  }
}
