/** Kinds of models that are fitted in versions; also the kinds of their artefacts. */
export const MODEL_KINDS = ['blend', 'search'] as const;
export type ModelKind = (typeof MODEL_KINDS)[number];

/** The oldest release that can read a version of a kind: increase it with the format version of the kind. */
export const MODEL_MIN_RELEASES: Readonly<Record<ModelKind, string>> = { blend: '0.2.0', search: '0.2.0' };
