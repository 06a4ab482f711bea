import { type DatabaseTypes, type Description } from './describe-statement';
import { type Property, type SqlStatement } from './find-statements';

/** Returns what differs between a statement in the source and its description by PostgreSQL. */
export function compareStatement(
  { row, values }: SqlStatement,
  { parameters, columns }: Description,
  types: DatabaseTypes,
  isNeverNull: (column: string, tableColumn: string) => boolean,
): string[] {
  const faults: string[] = [];
  if (values === null) faults.push('has values that can not be counted');
  else if (values !== undefined && values !== parameters)
    faults.push(`has ${parameters} parameters, but ${values} values`);
  if (row === null) return faults;
  if (columns === null) return [...faults, 'returns no rows'];
  const names = new Set(columns.map(({ name }) => name));
  for (const [name, { optional }] of row) if (!optional && !names.has(name)) faults.push(`has no column ${name}`);
  for (const column of columns) {
    const { name, dataTypeID } = column;
    const property = row.get(name);
    if (property === undefined) {
      faults.push(`has the column ${name}, which its row type lacks`);
      continue;
    }
    const kind = types.kindOf(dataTypeID);
    if (!accepts(property, kind))
      faults.push(
        `${name} is ${types.nameOf(dataTypeID)}, read as ${kind}, but its type is ${[...property.kinds].join(' | ')}`,
      );
    const nullable = types.nullableColumn(column);
    if (nullable !== null && !property.nullable && !isNeverNull(name, nullable))
      faults.push(`${name} may be null (${nullable}), but its type is not`);
  }
  return faults;
}

const NOT_JSON = new Set(['Date', 'Buffer', 'bigint', 'string', 'number', 'boolean']);

function accepts({ kinds }: Property, kind: string): boolean {
  return [...kinds].every((each) => {
    if (each === 'any' || each === kind) return true;
    if (kind === 'json') return !NOT_JSON.has(each);
    return each === 'any[]' && kind.endsWith('[]');
  });
}
