/** Kinds of models that are fitted in versions; also the kind of their artefacts. */
export const MODEL_KINDS = ['blend', 'search'] as const;
export type ModelKind = (typeof MODEL_KINDS)[number];

/** The oldest release that can read a version: raise it with the version of the kind's format. */
export const MODEL_MIN_RELEASES: Readonly<Record<ModelKind, string>> = { blend: '0.2.0', search: '0.2.0' };
