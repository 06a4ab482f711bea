import { grown } from '../../learn/grown';

/** Typed arrays to which values can be appended. Their capacity grows as needed. */

export class GrowableUint32 {
  values: Uint32Array;
  length = 0;

  constructor(capacity = 16) {
    this.values = new Uint32Array(capacity);
  }

  push(value: number): void {
    if (this.length === this.values.length) this.values = grown(this.values, Math.ceil(this.length * 1.6) + 4);
    this.values[this.length++] = value;
  }

  finish(): Uint32Array {
    return this.values.slice(0, this.length);
  }
}

export class GrowableUint16 {
  values: Uint16Array;
  length = 0;

  constructor(capacity = 16) {
    this.values = new Uint16Array(capacity);
  }

  push(value: number): void {
    if (this.length === this.values.length) this.values = grown(this.values, Math.ceil(this.length * 1.6) + 4);
    this.values[this.length++] = value;
  }

  finish(): Uint16Array {
    return this.values.slice(0, this.length);
  }
}

export class GrowableFloat64 {
  values: Float64Array;
  length = 0;

  constructor(capacity = 16) {
    this.values = new Float64Array(capacity);
  }

  push(value: number): void {
    if (this.length === this.values.length) this.values = grown(this.values, Math.ceil(this.length * 1.6) + 4);
    this.values[this.length++] = value;
  }

  finish(): Float64Array {
    return this.values.slice(0, this.length);
  }
}

/** A growing byte array with variable-length numbers (unsigned LEB128, below 2³²). */
export class GrowableBytes {
  values: Uint8Array;
  length = 0;

  constructor(capacity = 16) {
    this.values = new Uint8Array(capacity);
  }

  pushVarint(value: number): void {
    this.reserve(5);
    let rest = value;
    while (rest >= 0x80) {
      this.values[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.values[this.length++] = rest;
  }

  append(bytes: Uint8Array, from: number, to: number): void {
    this.reserve(to - from);
    for (let at = from; at < to; at++) this.values[this.length++] = bytes[at];
  }

  finish(): Uint8Array {
    return this.values.slice(0, this.length);
  }

  private reserve(extra: number): void {
    if (this.length + extra > this.values.length)
      this.values = grown(this.values, Math.ceil(this.length * 1.6) + extra);
  }
}
