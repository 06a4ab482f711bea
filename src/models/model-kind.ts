/** Kinds of models that are fitted in versions; also the kinds of their artefacts. */
export const MODEL_KINDS = ['blend', 'search'] as const;
export type ModelKind = (typeof MODEL_KINDS)[number];

/**
 * By kind: the oldest release that can read newly stored versions. Raise this release when the stored format changes.
 */
export const MODEL_MIN_RELEASES: Readonly<Record<ModelKind, string>> = { blend: '0.2.0', search: '0.2.0' };
