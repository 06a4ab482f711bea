import type { CatalogueProduct } from '../../catalog/catalogue-product';
import type { JudgedQuery } from './evaluate';
import { JUDGED_CLASS, type Judgment } from './judgment-lines';
import { titleIdentifier } from './title-identification';
import { knownItemQueries, type KnownItemOptions, type QueryClass, titleKey } from './known-item';

/**
 * Grade of all relevant products of a generated query. The metrics do not depend on its value: NDCG is relative to the
 * ideal order, which has the same grades.
 */
const KNOWN_ITEM_GRADE = 3;
/**
 * For these classes, the report has a second row with only the queries whose remaining words still identify the title.
 */
const WORD_DROPPING_CLASSES: readonly QueryClass[] = ['two-words-dropped', 'two-words-dropped-one-typo'];
const IDENTIFYING_SUFFIX = ', rest identifies';

/** Returns the products that can be found: published and not discontinued. @param now ms since 1970 */
export function findableProducts(products: readonly CatalogueProduct[], now: number): CatalogueProduct[] {
  return products.filter(
    ({ availability, publishedAt }) =>
      availability !== 'DISCONTINUED' && (publishedAt == null || publishedAt.getTime() <= now),
  );
}

/**
 * Returns a function that maps a product id to the key by which the evaluation identifies the product. Variants share a
 * key, because a result list shows only one of them.
 */
export function variantKeys(products: readonly CatalogueProduct[]): (id: string) => string {
  const groups = new Map(products.map(({ id, groupId }) => [id, groupId === null ? `one ${id}` : `group ${groupId}`]));
  return (id) => groups.get(id) ?? `one ${id}`;
}

/** Generates queries from the products' titles. All products with the same title as the original are relevant. */
export function knownItems(products: readonly CatalogueProduct[], options: KnownItemOptions): JudgedQuery[] {
  const variantKeyOf = variantKeys(products);
  const gradesByTitle = new Map<string, Map<string, number>>();
  for (const { id, title } of products) {
    const key = titleKey(title);
    const grades = gradesByTitle.get(key) ?? new Map<string, number>();
    gradesByTitle.set(key, grades.set(variantKeyOf(id), KNOWN_ITEM_GRADE));
  }
  const titles = products.map(({ title }) => title);
  const identifies = titleIdentifier(titles);
  return knownItemQueries(titles, options).map(({ queryClass, text, meant, typing, title }) => ({
    classes:
      WORD_DROPPING_CLASSES.includes(queryClass) && identifies(meant, title)
        ? [queryClass, queryClass + IDENTIFYING_SUFFIX]
        : [queryClass],
    text,
    typing,
    grades: gradesByTitle.get(titleKey(title)) as ReadonlyMap<string, number>,
  }));
}

export interface JudgedQueries {
  readonly queries: readonly JudgedQuery[];
  /** Number of judgments left out because their product cannot be found. */
  readonly unknownProducts: number;
  /** Number of queries left out because no product that can be found was judged relevant. */
  readonly nothingRelevant: number;
}

/** Groups judgments by query. All queries are in the class {@link JUDGED_CLASS}, too. Among the variants of a product, the best grade counts. */
export function judgedQueries(products: readonly CatalogueProduct[], judgments: readonly Judgment[]): JudgedQueries {
  const variantKeyOf = variantKeys(products);
  const known = new Set(products.map(({ id }) => id));
  const byQuery = new Map<string, Map<string, number>>();
  const classOf = new Map<string, string>();
  let unknownProducts = 0;
  for (const { query, productId, grade, queryClass } of judgments) {
    const grades = byQuery.get(query) ?? new Map<string, number>();
    byQuery.set(query, grades);
    if (queryClass !== undefined) classOf.set(query, queryClass);
    if (!known.has(productId)) unknownProducts++;
    else grades.set(variantKeyOf(productId), Math.max(grade, grades.get(variantKeyOf(productId)) ?? 0));
  }
  const queries = [...byQuery].map(([text, grades]): JudgedQuery => ({
    classes: [JUDGED_CLASS, classOf.get(text) ?? []].flat(),
    text,
    typing: false,
    grades,
  }));
  const answerable = queries.filter(({ grades }) => [...grades.values()].some((grade) => grade > 0));
  return { queries: answerable, unknownProducts, nothingRelevant: queries.length - answerable.length };
}
