/**
 * Kinds of models that have versions: `blend` ranks recommendations, `search` ranks search results, `segments` groups
 * customers, `value` predicts the amounts that they spend, `behaviour` predicts what a session does next, `intents`
 * classifies questions of customers. The artefact that stores the bytes of a version has the same kind.
 */
export const MODEL_KINDS = ['blend', 'search', 'segments', 'value', 'behaviour', 'intents'] as const;
export type ModelKind = (typeof MODEL_KINDS)[number];

/** The models that profiles of customers are computed with. */
export const PROFILE_MODEL_KINDS: readonly ModelKind[] = ['segments', 'value'];

/** For each kind, the oldest release that can read newly stored versions. Raise it when the stored format changes. */
export const MODEL_MIN_RELEASES: Readonly<Record<ModelKind, string>> = {
  blend: '0.4.0',
  search: '0.2.0',
  segments: '0.3.0',
  value: '0.3.0',
  behaviour: '0.3.0',
  intents: '0.5.0',
};
