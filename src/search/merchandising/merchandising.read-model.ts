import type { PreparedConditions, ProductConditionsService } from '../../catalog/product-conditions.service';
import type { LogChange } from '../../events/position.store';
import type { ReadModel } from '../../events/read-model';
import { ApiError } from '../../graphql/errors';
import type { PoolClient } from '../../platform/postgres';
import type { Analyzers } from '../../search-engine/text/analyzers';
import { readMerchandisingRules, type MerchandisingRuleRecord } from './merchandising.store';
import type { LanguageAnalyzer } from '../../search-engine/text/language-analyzer';
import { mayHaveSign, stemmedQuery, stemmedQueryAmong } from '../../search-engine/text/parse-query';

declare module '../../events/position.store' {
  interface LogChange {
    /** Merchandising rules that were created or updated, with all fields. */
    readonly merchandisingRules?: readonly MerchandisingRuleRecord[];
    readonly deletedMerchandisingRules?: readonly string[];
  }
}

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
  /** Returns whether searches find a word with a sign, such as `c++`. Default: true */
  readonly hasWord?: (surface: string) => boolean;
}

type RuleQueries = Pick<MerchandisingRuleRecord, 'id' | 'queries'>;

const NO_EFFECTS: MerchandisingEffects = { pins: [], buried: [], boosts: [], redirect: null };

/** The shop's merchandising rules in memory. They are updated by the changes in the log. */
export class MerchandisingReadModel implements ReadModel {
  private rules = new Map<string, MerchandisingRuleRecord>();
  /** Caches the analyzed queries of the rules. Analyzing them for each search would take longer than the search. */
  private words = new WeakMap<LanguageAnalyzer, Map<string, string>>();

  private changes = 0;

  constructor(private readonly conditions: () => ProductConditionsService) {}

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
    search: Omit<MerchandisedSearch, 'placement'>,
    analyzers: Analyzers,
    now: number,
    preview?: RuleQueries,
  ): boolean {
    return (
      this.rulesFor(
        search,
        analyzers,
        [
          ...this.rulesInForce(now).filter(({ id, queries }) => id !== preview?.id && queries.length > 0),
          ...(preview === undefined || preview.queries.length === 0 ? [] : [preview]),
        ],
        preview,
      ).length > 0
    );
  }

  apply({ merchandisingRules, deletedMerchandisingRules }: LogChange): void {
    if (merchandisingRules === undefined && deletedMerchandisingRules === undefined) return;
    this.invalidate();
    for (const rule of merchandisingRules ?? []) this.rules.set(rule.id, rule);
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
    search: MerchandisedSearch,
    analyzers: Analyzers,
    now: number,
    preview?: MerchandisingRuleRecord,
  ): MerchandisingEffects {
    if (this.rules.size === 0 && preview === undefined) return NO_EFFECTS;
    const { placement } = search;
    const inForce = this.rulesInForce(now).filter(({ id }) => id !== preview?.id);
    const candidates = [...inForce, ...(preview === undefined ? [] : [preview])].filter(
      ({ placements }) => placements.length === 0 || (placement != null && placements.includes(placement)),
    );
    const rules = this.rulesFor(search, analyzers, candidates, preview).sort((a, b) => (a.id < b.id ? -1 : 1));
    if (rules.length === 0) return NO_EFFECTS;
    return {
      pins: [...new Set(rules.flatMap(({ pins }) => pins))],
      buried: [...new Set(rules.flatMap(({ buried }) => buried))],
      boosts: rules.flatMap((rule) => this.boostOf(rule)),
      redirect: rules.find(({ redirect }) => redirect !== null)?.redirect ?? null,
    };
  }

  /** Returns the rules that name a query, in any form of its words, and those that name none. */
  private rulesFor<T extends RuleQueries>(
    { query, language, hasWord = () => true }: Omit<MerchandisedSearch, 'placement'>,
    analyzers: Analyzers,
    rules: readonly T[],
    preview: RuleQueries | undefined,
  ): T[] {
    const analyzer = analyzers.forQuery(language);
    // The queries of a preview are not cached, because a preview would add entries that are not used again.
    const wordsOf = (rule: RuleQueries, text: string) =>
      rule === preview ? stemmedQuery(text, analyzer) : this.wordsOfRule(text, analyzer);
    const searched = stemmedQueryAmong(query, analyzer, hasWord, () =>
      rules.flatMap((rule) => rule.queries.filter(mayHaveSign).map((text) => wordsOf(rule, text))),
    );
    return rules.filter(
      (rule) =>
        rule.queries.length === 0 || (searched !== '' && rule.queries.some((text) => wordsOf(rule, text) === searched)),
    );
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
