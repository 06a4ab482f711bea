const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads the bytes that a {@link ByteWriter} has written. Reading past the end throws a RangeError. */
export class ByteReader {
  private view: DataView | undefined;
  private offset = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** Whether all bytes have been read. */
  get isAtEnd(): boolean {
    return this.offset >= this.bytes.length;
  }

  u8(): number {
    if (this.offset >= this.bytes.length) throw new RangeError(`unexpected end of data at byte ${this.offset}`);
    return this.bytes[this.offset++];
  }

  f64(): number {
    this.view ??= new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
    const value = this.view.getFloat64(this.offset, true);
    this.offset += 8;
    return value;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.u8();
      if (byte < 0x80) return value + byte * scale;
      value += (byte - 0x80) * scale;
      scale *= 0x80;
    }
  }

  signed(): number {
    const value = this.varint();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }

  string(): string {
    const block = this.block();
    return (block.length < 0x80 ? asciiOf(block) : undefined) ?? UTF8.decode(block);
  }

  block(): Uint8Array {
    const length = this.varint();
    if (this.offset + length > this.bytes.length)
      throw new RangeError(
        `a block of ${length} bytes at byte ${this.offset} exceeds the ${this.bytes.length} bytes of data`,
      );
    const block = this.bytes.subarray(this.offset, this.offset + length);
    this.offset += length;
    return block;
  }

  /** Throws unless the bytes start with `magic` and one of the given versions. @returns the version */
  expectHeader(magic: string, version: number, ...older: readonly number[]): number {
    const found = this.string();
    const foundVersion = this.varint();
    if (found !== magic || (foundVersion !== version && !older.includes(foundVersion))) {
      throw new Error(`expected ${magic} version ${version}, found ${found} version ${foundVersion}`);
    }
    return foundVersion;
  }
}

/** Decodes short ASCII texts faster than TextDecoder. Returns `undefined` if the bytes are not ASCII. */
function asciiOf(bytes: Uint8Array): string | undefined {
  for (let at = 0; at < bytes.length; at++) if (bytes[at] >= 0x80) return undefined;
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}
