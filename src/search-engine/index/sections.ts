/** A base segment's data by name. It consists only of typed arrays, so it is stored and loaded without conversion. */
export type Sections = Record<string, Section>;

export type Section = Uint8Array | Uint16Array | Uint32Array | Float64Array;
