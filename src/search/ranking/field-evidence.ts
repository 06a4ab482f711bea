import type { MatchedFields } from '../index/matched-fields';
import type { IndexSettings } from '../index/settings';

/** The field of the index that each looks at. */
const FIELDS = {
  titleMatch: 'title',
  brandMatch: 'brand',
  categoryMatch: 'categories',
  attributeMatch: 'attributes',
  descriptionMatch: 'description',
} as const;

/** Where a product has the words of a query, see {@link MatchedFields}. */
export const FIELD_FEATURES = [
  'titleMatch',
  'brandMatch',
  'categoryMatch',
  'attributeMatch',
  'descriptionMatch',
  'exactMatch',
] as const;
export type FieldFeature = (typeof FIELD_FEATURES)[number];

/** 0 … 1; NaN where it was not looked at, as in searches that an earlier program has logged. */
export type FieldEvidence = Readonly<Record<FieldFeature, number>>;

export const IN_NO_FIELD: FieldEvidence = {
  titleMatch: 0,
  brandMatch: 0,
  categoryMatch: 0,
  attributeMatch: 0,
  descriptionMatch: 0,
  exactMatch: 0,
};

/** @param settings of the index that says what matched */
export function fieldEvidenceOf({ fields }: Pick<IndexSettings, 'fields'>): (matched: MatchedFields) => FieldEvidence {
  const at = (name: string) => fields.findIndex((field) => field.name === name);
  const [title, brand, categories, attributes, description] = Object.values(FIELDS).map(at);
  return ({ fields: shares, exact }) => ({
    titleMatch: shares[title],
    brandMatch: shares[brand],
    categoryMatch: shares[categories],
    attributeMatch: shares[attributes],
    descriptionMatch: shares[description],
    exactMatch: exact,
  });
}
