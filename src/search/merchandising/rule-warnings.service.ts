import type { CatalogueProduct } from '../../catalog/catalogue-product';
import { isPublished, type ProductsReadModel } from '../../catalog/products.read-model';
import type { Budget } from '../../expressions/budget';
import { ApiError } from '../../graphql/errors';
import type { ColumnFilter } from '../../search-engine/index/columns';
import type { TextQuery } from '../../search-engine/index/query';
import type { CooperativeTask } from '../../search-engine/scheduling/cooperative-task';
import type { CatalogIndex } from '../catalog-index.read-model';
import { fillUpQuery } from '../fill-up';
import { mapSearchErrors } from '../map-search-errors';
import type { SearchPipeline } from '../search-pipeline';
import type { SearchService } from '../search.service';
import type { MerchandisingWarning, MerchandisingWarningCode } from './merchandising.type';

/** The part of a rule that warnings depend on. */
export interface ExaminedRule {
  readonly id: string;
  /** Empty for a rule that holds for any search. */
  readonly queries: readonly string[];
  readonly pins: readonly string[];
  readonly buried: readonly string[];
  readonly startsAt: string | Date | null;
}

export interface RuleWarningsOptions {
  readonly products: Pick<ProductsReadModel, 'get'>;
  readonly searches: Pick<SearchService, 'catalogIndex' | 'awaitReceipt'>;
  readonly pipeline: SearchPipeline;
}

const LISTS = ['pins', 'buried'] as const;

/** Says which products of a merchandising rule the rule cannot move in any list, and why. */
export class RuleWarnings {
  constructor(private readonly options: RuleWarningsOptions) {}

  /**
   * @param receipt of the change that stored the rule. Products that were changed before it are taken into account.
   * @returns null if this process does not reflect the receipt in time
   */
  async ofStored(rule: ExaminedRule, receipt: string, budget?: Budget): Promise<MerchandisingWarning[] | null> {
    try {
      await this.options.searches.awaitReceipt(receipt);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'TIMEOUT') return null;
      throw error;
    }
    return this.of(rule, budget);
  }

  /**
   * Returns the warnings of a rule as if it were in force, in the order of its products.
   * @param budget of the request; it is charged for the products that the queries find
   */
  async of(rule: ExaminedRule, budget?: Budget): Promise<MerchandisingWarning[]> {
    // What is published until the rule begins is in its lists.
    const at = Math.max(Date.now(), rule.startsAt === null ? 0 : new Date(rule.startsAt).getTime());
    const visible = [...rule.pins, ...rule.buried].filter((id) => isVisible(this.options.products.get(id), at));
    const lacking = visible.length === 0 ? NONE : await this.lackingProducts(rule, visible, at, budget);
    return LISTS.flatMap((list) =>
      rule[list].flatMap((productId, index): MerchandisingWarning[] => {
        const product = this.options.products.get(productId) ?? null;
        const warn = (code: MerchandisingWarningCode, message: string, queries: readonly string[] = []) => [
          { ...{ code, message, queries, productId, product }, field: ['input', list, String(index)] },
        ];
        if (product === null) return warn('UNKNOWN', `There is no product ${JSON.stringify(productId)}.`);
        if (!isVisible(product, at)) return warn('HIDDEN', hiddenText(product));
        const notFoundBy = lacking.notFoundBy.get(productId);
        const partialBy = list === 'pins' ? lacking.partialMatches.get(productId) : undefined;
        const hiddenBy = list === 'pins' ? lacking.variants.get(productId) : undefined;
        return [
          ...(notFoundBy === undefined ? [] : warn('NOT_FOUND', notFoundText(product, notFoundBy), notFoundBy)),
          ...(partialBy === undefined ? [] : warn('PARTIAL_MATCH', partialText(product, partialBy), partialBy)),
          ...(hiddenBy === undefined ? [] : warn('VARIANT', variantText(product, hiddenBy), hiddenBy)),
        ];
      }),
    );
  }

  /** Compares the products with what each query of the rule finds. */
  private async lackingProducts(
    rule: ExaminedRule,
    ids: readonly string[],
    at: number,
    budget: Budget | undefined,
  ): Promise<LackingProducts> {
    const notFoundBy = new Map<string, string[]>();
    const partialMatches = new Map<string, string[]>();
    const variants = new Map<string, string[]>();
    const isPinned = new Set(rule.pins);
    const note = (all: Map<string, string[]>, id: string, query: string) => {
      const queries = all.get(id);
      if (queries === undefined) all.set(id, [query]);
      else queries.push(query);
    };
    for (const query of rule.queries) {
      const { catalogIndex } = this.options.searches;
      const found = await mapSearchErrors(() =>
        catalogIndex.tasks.run(() => this.findAmong(catalogIndex, rule, query, ids, at, budget)),
      );
      for (const id of ids) {
        if (!found.all.has(id)) note(notFoundBy, id, query);
        else if (isPinned.has(id) && found.isAfterMatches(id)) note(partialMatches, id, query);
      }
      for (const id of this.laterVariants(rule.pins.filter((pin) => found.all.has(pin)))) note(variants, id, query);
    }
    if (rule.queries.length === 0)
      for (const id of this.laterVariants(rule.pins.filter((pin) => ids.includes(pin)))) variants.set(id, []);
    return { notFoundBy, partialMatches, variants };
  }

  /** Returns the products of which a variant is before them. */
  private laterVariants(ids: readonly string[]): string[] {
    const groups = new Set<string>();
    return ids.filter((id) => {
      const groupId = this.options.products.get(id)?.groupId;
      if (groupId == null) return false;
      const isLater = groups.has(groupId);
      groups.add(groupId);
      return isLater;
    });
  }

  /** Returns which of these products the list for a query has, partial matches included. */
  private *findAmong(
    catalogIndex: CatalogIndex,
    rule: ExaminedRule,
    query: string,
    ids: readonly string[],
    at: number,
    budget: Budget | undefined,
  ): CooperativeTask<FoundAmong> {
    const { index } = catalogIndex;
    const text = { text: query, language: null, readsConditions: true };
    const interpreted = yield* this.options.pipeline.interpret(catalogIndex, text, { rule }, budget);
    if (interpreted.query === null) return { all: new Set(), isAfterMatches: () => false };
    const filter = catalogIndex.visibilityFilter(at);
    const { total } = yield* index.searchInSteps({ query: interpreted.query, filter, distinct: 'group', limit: 0 });
    budget?.spend(Math.ceil(total / 2));
    const idsOf = function* (query: TextQuery): CooperativeTask<string[]> {
      const { hits } = yield* index.searchInSteps({ query, filter: among(ids, filter), limit: ids.length });
      return hits.map(({ id }) => id);
    };
    const matches = new Set(yield* idsOf(interpreted.query));
    const partial = fillUpQuery(index, interpreted, total);
    const all = partial === null ? matches : new Set([...matches, ...(yield* idsOf(partial))]);
    return { all, isAfterMatches: (id) => total > 0 && !matches.has(id) };
  }
}

/** What a query finds of some products. */
interface FoundAmong {
  /** Partial matches included. */
  readonly all: ReadonlySet<string>;
  /** Returns whether one of them is a partial match that follows products with all words. */
  readonly isAfterMatches: (id: string) => boolean;
}

interface LackingProducts {
  /** For each product, the queries of the rule that do not find it. */
  readonly notFoundBy: ReadonlyMap<string, readonly string[]>;
  /** For each pinned product, the queries in whose lists it follows products that have all words. */
  readonly partialMatches: ReadonlyMap<string, readonly string[]>;
  /** For each pinned product, the queries in whose lists a variant stands for it that is pinned before it. */
  readonly variants: ReadonlyMap<string, readonly string[]>;
}

const NONE: LackingProducts = { notFoundBy: new Map(), partialMatches: new Map(), variants: new Map() };

function isVisible(product: CatalogueProduct | undefined, at: number): boolean {
  return product !== undefined && product.availability !== 'DISCONTINUED' && isPublished(product, at);
}

function among(ids: readonly string[], filter: ColumnFilter | undefined): ColumnFilter {
  return (columns) => {
    const docs = new Set(ids.map((id) => columns.find(id)));
    const passes = filter?.(columns);
    return (doc) => docs.has(doc) && (passes === undefined || passes(doc));
  };
}

/** Maximum number of queries that a message names. The field `queries` has all of them. */
const MAX_NAMED = 3;

function named(queries: readonly string[]): string {
  const more = queries.length - MAX_NAMED;
  return [
    ...queries.slice(0, MAX_NAMED).map((query) => JSON.stringify(query)),
    ...(more > 0 ? [`${more} more queries`] : []),
  ].join(', ');
}

function hiddenText({ title, availability, publishedAt }: CatalogueProduct): string {
  return availability === 'DISCONTINUED'
    ? `${title} is discontinued, so no search finds it.`
    : `${title} is not published before ${publishedAt?.toISOString()}.`;
}

function notFoundText({ title }: CatalogueProduct, queries: readonly string[]): string {
  return `${title} is not found by ${named(queries)}. A rule moves only what a search finds; a synonym can make it find more.`;
}

function variantText({ title }: CatalogueProduct, queries: readonly string[]): string {
  const lists = queries.length === 0 ? 'Lists that have both' : `For ${named(queries)}, lists`;
  return `Another variant of ${title} is pinned before it. ${lists} show only that one.`;
}

function partialText({ title }: CatalogueProduct, queries: readonly string[]): string {
  return `${title} has only some of the words of ${named(queries)}. It follows the products with all of them, though it is pinned.`;
}
