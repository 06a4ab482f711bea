/**
 * Returns the weight of a feature before normalisation, tf-idf with sublinear term frequency: (1 + ln count) · (1 + ln
 * ((1 + documents) ÷ (1 + frequency))) (Manning, Raghavan & Schütze: Introduction to Information Retrieval, §6.4.1; the
 * smoothing is scikit-learn's).
 * @param count occurrences of the feature in the text, ≥ 1
 * @param documents number of training texts
 * @param frequency number of training texts with the feature; 0 for an unknown feature
 */
export function featureWeight(count: number, documents: number, frequency: number): number {
  return (1 + Math.log(count)) * (1 + Math.log((1 + documents) / (1 + frequency)));
}
