import { grown } from './grown';

const UTF8 = new TextEncoder();

/** Growable little-endian byte buffer for checkpoints, deltas and models. */
export class ByteWriter {
  private bytes = new Uint8Array(1024);
  private view = new DataView(this.bytes.buffer);
  private length = 0;

  private reserve(extra: number): void {
    if (this.length + extra <= this.bytes.length) return;
    this.bytes = grown(this.bytes, Math.max(this.bytes.length * 2, this.length + extra));
    this.view = new DataView(this.bytes.buffer);
  }

  u8(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  f64(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** Writes unsigned LEB128; `value` is a safe integer ≥ 0. */
  varint(value: number): void {
    if (!(value >= 0)) throw new RangeError(`a varint must be a number of at least 0; got ${value}`);
    this.reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.length++] = rest;
  }

  /** Writes zigzag LEB128; `value` is an integer of at most 52 bits. */
  signed(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** Writes the text in UTF-8, preceded by its length in bytes. */
  string(value: string): void {
    if (value.length < 0x80 && this.tryWriteAscii(value)) return;
    this.block(UTF8.encode(value));
  }

  /** Writes a short ASCII text (most texts are) without an intermediate buffer. @returns false for other texts */
  private tryWriteAscii(value: string): boolean {
    this.reserve(1 + value.length);
    const from = this.length + 1;
    for (let at = 0; at < value.length; at++) {
      const code = value.charCodeAt(at);
      if (code >= 0x80) return false;
      this.bytes[from + at] = code;
    }
    this.bytes[this.length] = value.length;
    this.length = from + value.length;
    return true;
  }

  /** Writes the length, then the bytes. */
  block(value: Uint8Array): void {
    this.varint(value.length);
    this.raw(value);
  }

  /** Writes the length of the output of `write`, then that output. */
  nested(write: () => void): void {
    const from = this.length;
    write();
    const length = this.length - from;
    let prefix = 1;
    for (let rest = length; rest >= 0x80; rest = Math.floor(rest / 0x80)) prefix++;
    this.reserve(prefix + 8);
    this.bytes.copyWithin(from + prefix, from, this.length);
    this.length = from;
    this.varint(length);
    this.length += length;
  }

  private raw(value: Uint8Array): void {
    this.reserve(value.length);
    this.bytes.set(value, this.length);
    this.length += value.length;
  }

  /** Discards the written bytes. The next output reuses their memory. */
  clear(): void {
    this.length = 0;
  }

  /** Returns a copy of the written bytes. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  /** Returns the written bytes without a copy, for large outputs. The writer is then empty and allocates new memory. */
  detach(): Uint8Array {
    const written = this.bytes.subarray(0, this.length);
    this.bytes = new Uint8Array(0);
    this.view = new DataView(this.bytes.buffer);
    this.length = 0;
    return written;
  }
}
