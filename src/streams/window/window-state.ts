import { ByteReader } from '../../learn/byte-reader';
import { ByteWriter } from '../../learn/byte-writer';
import type { Aggregate } from '../aggregate/aggregate';
import { AGGREGATE_IMPLEMENTATIONS } from '../aggregate/aggregate-implementations';
import type { AggregateSpec } from '../stream-spec';

/** Shared buffer for encoding. Most windows take a few bytes, so a buffer for each window would waste memory. */
const SCRATCH = new ByteWriter();

/** The state of one window of one key: the number of events and the aggregates. */
export class WindowState {
  private constructor(
    private readonly specs: readonly AggregateSpec[],
    private eventCount: number,
    readonly aggregates: readonly Aggregate<never>[],
  ) {}

  static empty(specs: readonly AggregateSpec[]): WindowState {
    return new WindowState(
      specs,
      0,
      specs.map((spec) => AGGREGATE_IMPLEMENTATIONS[spec.kind].create(spec)),
    );
  }

  static decode(bytes: Uint8Array, specs: readonly AggregateSpec[]): WindowState {
    const reader = new ByteReader(bytes);
    const events = reader.varint();
    return new WindowState(
      specs,
      events,
      specs.map((spec) => AGGREGATE_IMPLEMENTATIONS[spec.kind].read(reader, spec)),
    );
  }

  get events(): number {
    return this.eventCount;
  }

  /** Number of values that the aggregates store. */
  get storedValues(): number {
    return this.aggregates.reduce((sum, { storedValues }) => sum + storedValues, 0);
  }

  /** Adds one event. @param values one for each aggregate; `undefined` if the event has no value for it */
  add(values: readonly unknown[]): void {
    this.eventCount++;
    values.forEach((value, at) => {
      if (value !== undefined) this.aggregates[at]!.add(value as never);
    });
  }

  merge(other: WindowState): void {
    this.eventCount += other.eventCount;
    this.aggregates.forEach((aggregate, at) => aggregate.merge(other.aggregates[at]!));
  }

  copy(): WindowState {
    const copy = WindowState.empty(this.specs);
    copy.merge(this);
    return copy;
  }

  /** Canonical encoding: the same events result in the same bytes, in any order and grouping. */
  encode(): Uint8Array {
    SCRATCH.clear();
    this.write(SCRATCH);
    return SCRATCH.finish();
  }

  write(writer: ByteWriter): void {
    writer.varint(this.eventCount);
    for (const aggregate of this.aggregates) aggregate.write(writer);
  }
}
