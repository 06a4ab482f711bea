/** Types of fields, as CEL names them. Numbers are always `double`. */
export type FieldType =
  | 'string'
  | 'double'
  | 'bool'
  | 'google.protobuf.Timestamp'
  | 'list<string>'
  | 'list<double>'
  | 'list<bool>'
  | 'list<dyn>'
  | 'map<string, dyn>'
  | 'dyn';

export type FieldTypes = Readonly<Record<string, FieldType>>;

/** A field of a record: its type, and how it is read; `undefined` where the record has none. */
export interface Field<R> {
  readonly type: FieldType;
  readonly read: (record: R) => unknown;
}

/** What an expression is about: the records it is evaluated for, under the name they have in it. */
export interface RecordShape<R> {
  readonly name: string;
  readonly fields: Readonly<Record<string, Field<R>>>;
  /** Other records that each of them leads to, by the names they have: what is read of them. */
  readonly related?: Readonly<Record<string, Readonly<Record<string, Field<R>>>>>;
}

export type Scalar = string | number | boolean;

/**
 * Records of which less is at hand than expressions may ask, such as the columns of an index.
 */
export interface PartialShape<R> {
  readonly name: string;
  /** Fields that are known, exactly as the whole record has them. */
  readonly fields: Readonly<Record<string, Field<R>>>;
  /** An entry of a field that is an object, where it is a number; `undefined` for any other value, or none. */
  entry(field: string, key: string): ((record: R) => number | undefined) | undefined;
  /** True at least where the field (its entry `key`), or an item of the list that it is, equals one of the values. */
  mayBe(field: string, key: string | undefined, values: readonly Scalar[]): ((record: R) => boolean) | undefined;
}

/** What is the same for all records of one request, by name: their fields' types. */
export type ConstantShapes = Readonly<Record<string, FieldTypes>>;

/** …and their values. An absent field is missing. */
export type Constants = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
