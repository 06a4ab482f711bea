/**
 * A kind of models that has versions, such as `blend`: the rooms say which there are. The artefact that stores the bytes of
 * a version has the same kind.
 */
export type ModelKind = string;
