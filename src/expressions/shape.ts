/** Types of fields, by their CEL names. Numbers are always `double`. */
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

/** A field of a record. `read` returns `undefined` if the record does not have the field. */
export interface Field<R> {
  readonly type: FieldType;
  readonly read: (record: R) => unknown;
}

/** The records that an expression is evaluated on, with the name by which the expression refers to them. */
export interface RecordShape<R> {
  readonly name: string;
  readonly fields: Readonly<Record<string, Field<R>>>;
  /** Fields of related records, such as the product of an event, by the name of the related record. */
  readonly related?: Readonly<Record<string, Readonly<Record<string, Field<R>>>>>;
  /** Fields that expressions elsewhere have, like `customer.expectedAmount`, each with the reason why not here. */
  readonly unavailable?: Readonly<Record<string, string>>;
}

export type Scalar = string | number | boolean;

/** Records of which only a part is available, such as the columns of an index. */
export interface PartialShape<R> {
  readonly name: string;
  /** Available fields, with exactly the values of the full record. */
  readonly fields: Readonly<Record<string, Field<R>>>;
  /**
   * Returns a reader for a numeric entry of an object field; `undefined` if the entry is not available. The reader
   * returns `undefined` for a value that is missing or not a number.
   */
  entry(field: string, key: string): ((record: R) => number | undefined) | undefined;
  /**
   * Returns a test for the records in which the field, or its entry `key`, equals one of the values. For a list, one
   * equal item suffices. The test may also be true for other records. Returns `undefined` if no test is available.
   */
  mayBe(field: string, key: string | undefined, values: readonly Scalar[]): ((record: R) => boolean) | undefined;
}

/** Types of the fields of the constants, by constant name. A constant is the same for all records of a request. */
export type ConstantShapes = Readonly<Record<string, FieldTypes>>;

/** Values of the fields of the constants, by name of the constant. An absent field is a missing value. */
export type Constants = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
