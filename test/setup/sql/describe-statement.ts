import { type Connection, type Pool, type PoolClient, type Submittable } from 'pg';

interface Field {
  readonly name: string;
  readonly tableID: number;
  readonly columnID: number;
  readonly dataTypeID: number;
}

export interface Description {
  readonly parameters: number;
  /** Null if the statement returns no rows. */
  readonly columns: readonly Field[] | null;
}

/** Asks PostgreSQL for the parameters and columns of a statement, by Parse and Describe: nothing is executed. */
export async function describeStatement(client: PoolClient, text: string): Promise<Description> {
  const { connection } = client as unknown as { connection: Connection };
  let parameters = 0;
  const onParameters = ({ dataTypeIDs }: { dataTypeIDs: readonly number[] }) => (parameters = dataTypeIDs.length);
  connection.on('parameterDescription', onParameters);
  try {
    const columns = await new Promise<readonly Field[] | null>((resolve, reject) => {
      client.query(new Describe(text, resolve, reject));
    });
    return { parameters, columns };
  } finally {
    connection.off('parameterDescription', onParameters);
  }
}

class Describe implements Submittable {
  private columns: readonly Field[] | null = null;

  constructor(
    private readonly text: string,
    private readonly resolve: (columns: readonly Field[] | null) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  submit(connection: Connection): void {
    connection.parse({ text: this.text, name: '', types: [] }, true);
    connection.describe({ type: 'S', name: '' }, true);
    connection.sync();
  }

  handleRowDescription({ fields }: { fields: readonly Field[] }): void {
    this.columns = fields;
  }

  handleError(error: Error): void {
    this.reject(error);
  }

  handleReadyForQuery(): void {
    this.resolve(this.columns);
  }

  handleParseComplete(): void {}
}

/** What the catalogue of PostgreSQL says about types and columns. */
export interface DatabaseTypes {
  /** The kind of JavaScript value that the project's parsers make of a type: `number`, `Date`, `string[]`, `json`, … */
  kindOf(oid: number): string;
  nameOf(oid: number): string;
  /** The name of the table column if it may be null; null otherwise. */
  nullableColumn(field: Field): string | null;
}

/** A value of each type, as PostgreSQL writes it. Types without one are written as text. */
const SAMPLES: Readonly<Record<string, string>> = {
  bool: 't',
  bytea: '\\x00',
  int2: '1',
  int4: '1',
  int8: '1',
  oid: '1',
  xid: '1',
  float4: '1.5',
  float8: '1.5',
  numeric: '1.5',
  date: '2026-01-01',
  timestamp: '2026-01-01 00:00:00',
  timestamptz: '2026-01-01 00:00:00+00',
  json: '{}',
  jsonb: '{}',
  interval: '1 day',
};

export async function readDatabaseTypes(pool: Pool, namespace: string): Promise<DatabaseTypes> {
  const { rows: types } = await pool.query<{ oid: number; name: string; element: string | null }>(
    `SELECT t.oid, t.typname AS name, e.typname AS element
     FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'`,
  );
  const { rows: columns } = await pool.query<{ id: string; name: string }>(
    `SELECT a.attrelid || '.' || a.attnum AS id, c.relname || '.' || a.attname AS name
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND a.attnum > 0 AND NOT a.attnotnull`,
    [namespace],
  );
  const typesById = new Map(types.map((type) => [type.oid, type]));
  const nullableById = new Map(columns.map(({ id, name }) => [id, name]));
  const { types: parsers } = (pool as unknown as { options: { types: { getTypeParser(oid: number): unknown } } })
    .options;
  return {
    nameOf: (oid) => typesById.get(oid)?.name ?? String(oid),
    kindOf(oid) {
      const { name, element } = typesById.get(oid)!;
      if (name === 'json' || name === 'jsonb') return 'json';
      const sample = element === null ? (SAMPLES[name] ?? 'a') : `{${SAMPLES[element] ?? 'a'}}`;
      return kindOfValue((parsers.getTypeParser(oid) as (text: string) => unknown)(sample));
    },
    nullableColumn: ({ tableID, columnID }) => nullableById.get(`${tableID}.${columnID}`) ?? null,
  };
}

function kindOfValue(value: unknown): string {
  if (value instanceof Date) return 'Date';
  if (Buffer.isBuffer(value)) return 'Buffer';
  if (Array.isArray(value)) return `${kindOfValue(value[0])}[]`;
  return typeof value;
}
