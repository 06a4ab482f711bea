import type { MatchedFields } from '../../search-engine/index/matched-fields';
import type { IndexSettings } from '../../search-engine/index/settings';

/** The index field of each feature. */
const FIELDS = {
  titleMatch: 'title',
  brandMatch: 'brand',
  categoryMatch: 'categories',
  attributeMatch: 'attributes',
  descriptionMatch: 'description',
} as const;

/**
 * Each feature of a field is the share of the query's words that the field contains. `exactMatch` is the share of the
 * query's words that any field contains as typed.
 */
export const FIELD_FEATURES = [
  'titleMatch',
  'brandMatch',
  'categoryMatch',
  'attributeMatch',
  'descriptionMatch',
  'exactMatch',
] as const;
export type FieldFeature = (typeof FIELD_FEATURES)[number];

/** Values from 0 to 1; NaN if unknown, as in searches that an older version logged. */
export type FieldEvidence = Readonly<Record<FieldFeature, number>>;

export const NO_FIELD_EVIDENCE: FieldEvidence = {
  titleMatch: 0,
  brandMatch: 0,
  categoryMatch: 0,
  attributeMatch: 0,
  descriptionMatch: 0,
  exactMatch: 0,
};

/** Returns a function that converts matched fields into features. @param settings settings of the searched index */
export function fieldEvidenceOf({ fields }: Pick<IndexSettings, 'fields'>): (matched: MatchedFields) => FieldEvidence {
  const indexOfField = (name: string) => fields.findIndex((field) => field.name === name);
  const [title, brand, categories, attributes, description] = Object.values(FIELDS).map(indexOfField);
  return ({ fields: shares, exact }) => ({
    titleMatch: shares[title],
    brandMatch: shares[brand],
    categoryMatch: shares[categories],
    attributeMatch: shares[attributes],
    descriptionMatch: shares[description],
    exactMatch: exact,
  });
}
