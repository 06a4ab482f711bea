const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Reads what {@link ByteWriter} wrote. Throws a RangeError at the end of the bytes.
 */
export class ByteReader {
  private view: DataView | undefined;
  private offset = 0;

  constructor(private readonly bytes: Uint8Array) {}

  u8(): number {
    if (this.offset >= this.bytes.length) throw new RangeError('the bytes end');
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
    if (this.offset + length > this.bytes.length) throw new RangeError('the bytes end within a block');
    const block = this.bytes.subarray(this.offset, this.offset + length);
    this.offset += length;
    return block;
  }

  /** Refuses what another format, or another version of this one, has written. @returns which of the versions it is */
  expectHeader(magic: string, version: number, ...older: readonly number[]): number {
    const found = this.string();
    const foundVersion = this.varint();
    if (found !== magic || (foundVersion !== version && !older.includes(foundVersion))) {
      throw new Error(`expected ${magic} version ${version}, found ${found} version ${foundVersion}`);
    }
    return foundVersion;
  }
}

/** Most texts are short and of ASCII alone, and a decoder takes longer. `undefined` where there is anything else. */
function asciiOf(bytes: Uint8Array): string | undefined {
  for (let at = 0; at < bytes.length; at++) if (bytes[at] >= 0x80) return undefined;
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}
