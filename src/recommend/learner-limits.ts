export interface LearnerLimits {
  /** A session that has touched more distinct products than this is a robot. */
  readonly productsPerVisit: number;
  /** Of the products that a subject has touched and never ordered, so many take part in pairs: see `BrowsedSample`. */
  readonly browsedPerSubject: number;
  /** A subject that has touched more distinct products than this is a robot: it contributes no pairs at all, ever. */
  readonly productsPerSubject: number;
  /** The same bound for one order. */
  readonly productsPerOrder: number;
}

export const LEARNER_LIMITS: LearnerLimits = {
  productsPerVisit: 300,
  browsedPerSubject: 300,
  productsPerSubject: 5000,
  productsPerOrder: 2000,
};
