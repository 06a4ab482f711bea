/** A base segment's data by name: nothing but typed arrays, so that it can be written and read as it is. */
export type Sections = Record<string, Section>;

export type Section = Uint8Array | Uint16Array | Uint32Array | Float64Array;
