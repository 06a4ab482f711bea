import type { CatalogueProduct } from '../../catalog/catalogue-product';
import { isPublished, type ProductsReadModel } from '../../catalog/products.read-model';
import { ApiError } from '../../graphql/errors';
import type { ColumnFilter } from '../../search-engine/index/columns';
import type { TextQuery } from '../../search-engine/index/query';
import { queryInterpretation } from '../../search-engine/query/interpret-query';
import type { CooperativeTask } from '../../search-engine/scheduling/cooperative-task';
import type { CatalogIndex } from '../catalog-index.read-model';
import { fillUpQuery } from '../fill-up';
import { mapSearchErrors } from '../map-search-errors';
import type { SearchService } from '../search.service';
import type { MerchandisingWarning, MerchandisingWarningCode } from './merchandising.type';

/** The part of a rule that warnings depend on. */
export interface ExaminedRule {
  readonly id: string;
  readonly queries: readonly string[];
  readonly pins: readonly string[];
  readonly buried: readonly string[];
  readonly startsAt: string | Date | null;
}

export interface RuleWarningsOptions {
  readonly products: Pick<ProductsReadModel, 'get'>;
  readonly searches: Pick<SearchService, 'catalogIndex' | 'queryContextOf' | 'awaitReceipt'>;
}

const LISTS = ['pins', 'buried'] as const;

/** Says which products of a merchandising rule the rule cannot move in any list, and why. */
export class RuleWarnings {
  constructor(private readonly options: RuleWarningsOptions) {}

  /**
   * @param receipt of the change that stored the rule. Products that were changed before it are taken into account.
   * @returns null if this process does not reflect the receipt in time
   */
  async ofStored(rule: ExaminedRule, receipt: string): Promise<MerchandisingWarning[] | null> {
    try {
      await this.options.searches.awaitReceipt(receipt);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'TIMEOUT') return null;
      throw error;
    }
    return this.of(rule);
  }

  /** Returns the warnings of a rule as if it were in force, in the order of its products. */
  async of(rule: ExaminedRule): Promise<MerchandisingWarning[]> {
    // What is published until the rule begins is in its lists.
    const at = Math.max(Date.now(), rule.startsAt === null ? 0 : new Date(rule.startsAt).getTime());
    const visible = [...rule.pins, ...rule.buried].filter((id) => isVisible(this.options.products.get(id), at));
    const lacking = visible.length === 0 ? NONE : await this.lackingProducts(rule, visible, at);
    return LISTS.flatMap((list) =>
      rule[list].flatMap((productId, index): MerchandisingWarning[] => {
        const product = this.options.products.get(productId) ?? null;
        const warn = (code: MerchandisingWarningCode, message: string, queries: readonly string[] = []) => [
          { ...{ code, message, queries, productId, product }, field: ['input', list, String(index)] },
        ];
        if (product === null) return warn('UNKNOWN', `There is no product ${JSON.stringify(productId)}.`);
        if (!isVisible(product, at)) return warn('HIDDEN', hiddenText(product));
        const notFoundBy = lacking.notFoundBy.get(productId) ?? [];
        const hiddenBy = list === 'pins' ? (lacking.variants.get(productId) ?? []) : [];
        return [
          ...(notFoundBy.length === 0 ? [] : warn('NOT_FOUND', notFoundText(product, notFoundBy), notFoundBy)),
          ...(hiddenBy.length === 0 ? [] : warn('VARIANT', variantText(product, hiddenBy), hiddenBy)),
        ];
      }),
    );
  }

  /** Compares the products with what each query of the rule finds. */
  private async lackingProducts(rule: ExaminedRule, ids: readonly string[], at: number): Promise<LackingProducts> {
    const notFoundBy = new Map<string, string[]>();
    const variants = new Map<string, string[]>();
    const note = (all: Map<string, string[]>, id: string, query: string) => {
      const queries = all.get(id);
      if (queries === undefined) all.set(id, [query]);
      else queries.push(query);
    };
    for (const query of rule.queries) {
      const { catalogIndex } = this.options.searches;
      const found = await mapSearchErrors(() =>
        catalogIndex.scheduler.run(() => this.findAmong(catalogIndex, rule, query, ids, at)),
      );
      for (const id of ids) if (!found.has(id)) note(notFoundBy, id, query);
      const pinnedGroups = new Set<string>();
      for (const id of rule.pins) {
        const groupId = found.has(id) ? this.options.products.get(id)?.groupId : undefined;
        if (groupId == null) continue;
        if (pinnedGroups.has(groupId)) note(variants, id, query);
        pinnedGroups.add(groupId);
      }
    }
    return { notFoundBy, variants };
  }

  /** Returns which of these products the list for a query has, partial matches included. */
  private *findAmong(
    catalogIndex: CatalogIndex,
    rule: ExaminedRule,
    query: string,
    ids: readonly string[],
    at: number,
  ): CooperativeTask<ReadonlySet<string>> {
    const { index } = catalogIndex;
    const context = this.options.searches.queryContextOf(catalogIndex, null, { rule });
    const text = { text: query, readsConditions: true };
    const interpreted = yield* catalogIndex.resolveCounts(queryInterpretation(text, context), undefined);
    if (interpreted.query === null) return new Set();
    const filter = catalogIndex.visibilityFilter(at);
    const { total } = yield* index.searchInSteps({ query: interpreted.query, filter, distinct: 'group', limit: 0 });
    const partial = fillUpQuery(index, interpreted, total);
    const found = new Set<string>();
    for (const one of [interpreted.query, partial]) {
      if (one === null) continue;
      const request: { query: TextQuery; filter: ColumnFilter } = { query: one, filter: among(ids, filter) };
      const { hits } = yield* index.searchInSteps({ ...request, limit: ids.length });
      for (const { id } of hits) found.add(id);
    }
    return found;
  }
}

interface LackingProducts {
  /** For each product, the queries of the rule that do not find it. */
  readonly notFoundBy: ReadonlyMap<string, readonly string[]>;
  /** For each pinned product, the queries in whose lists a variant stands for it that is pinned before it. */
  readonly variants: ReadonlyMap<string, readonly string[]>;
}

const NONE: LackingProducts = { notFoundBy: new Map(), variants: new Map() };

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
  return `Another variant of ${title} is pinned before it. For ${named(queries)}, lists show only that one.`;
}
