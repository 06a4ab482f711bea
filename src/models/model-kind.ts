/** Kinds of models that are fitted in versions; also the kind of their artefacts. */
export const MODEL_KINDS = ['blend', 'search'] as const;
export type ModelKind = (typeof MODEL_KINDS)[number];
