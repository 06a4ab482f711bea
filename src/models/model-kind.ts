/**
 * Kinds of models that have versions: `blend` ranks recommendations, `search` ranks search results, `segments` groups
 * customers, `value` predicts the amounts that they spend, `behaviour` predicts what a session does next, `intents`
 * classifies questions of customers, `ads` predicts clicks on ads. The artefact that stores the bytes of a version has the
 * same kind.
 */
export const MODEL_KINDS = ['blend', 'search', 'segments', 'value', 'behaviour', 'intents', 'ads'] as const;
export type ModelKind = (typeof MODEL_KINDS)[number];

/** For each kind, the oldest release that can read newly stored versions. Raise it when the stored format changes. */
export const MODEL_MIN_RELEASES: Readonly<Record<ModelKind, string>> = {
  blend: '0.4.0',
  search: '0.5.0',
  segments: '0.3.0',
  value: '0.3.0',
  behaviour: '0.3.0',
  intents: '0.5.0',
  ads: '0.5.0',
};

/**
 * For each kind, the bytes of the newest versions that passed the gate are retained, up to this number. The bytes of
 * the active and the best version are always retained.
 */
export const MIN_RETAINED_ARTEFACTS: Readonly<Record<ModelKind, number>> = {
  blend: 6,
  search: 6,
  segments: 6,
  value: 6,
  behaviour: 6,
  intents: 6,
  // A version every ten minutes: these are of more than three hours.
  ads: 20,
};
