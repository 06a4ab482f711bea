import path from 'node:path';
import ts from 'typescript';
import {
  Evaluator,
  fileOf,
  forEachVariant,
  functionAround,
  nameOf,
  placeOf,
  SourceIndex,
  TOP,
  Unknown,
  type Closure,
  type StandIns,
} from './evaluate';

/** What a row type says about a column. */
export interface Property {
  /** Kinds such as `number`, `Date`, `object`, `any`; arrays as `number[]`. */
  readonly kinds: ReadonlySet<string>;
  readonly nullable: boolean;
  /** Whether the statement may leave the column out. */
  readonly optional: boolean;
}

/** A statement of the source, with one of its possible texts. */
export interface SqlStatement {
  /** `FILE:LINE` */
  readonly place: string;
  readonly file: string;
  /** The function or method that runs it. */
  readonly caller: string;
  readonly text: string;
  /** The number of values; undefined for values of another call, null if it is not known from the source. */
  readonly values: number | null | undefined;
  /** The row type; null if the call ignores rows. */
  readonly row: ReadonlyMap<string, Property> | null;
}

export interface UnresolvedStatement {
  readonly file: string;
  readonly caller: string;
  readonly place: string;
  readonly reason: string;
}

const HELPERS = new Set(['queryRows', 'queryColumn', 'queryFirst', 'queryOne', 'execute']);

/** Parses the project with its TypeScript settings. */
export function parseProject(): ts.Program {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: ignore } as unknown as ts.ParseConfigFileHost;
  const { fileNames, options } = ts.getParsedCommandLineOfConfigFile('tsconfig.json', { incremental: false }, host)!;
  return ts.createProgram(
    fileNames.filter((file) => !path.relative(process.cwd(), file).startsWith('bench')),
    { ...options, tsBuildInfoFile: undefined },
  );
}

/** Finds the calls of src/platform/sql.ts in the files that `includes` accepts, and evaluates their statements. */
export function findStatements(
  program: ts.Program,
  includes: (file: string) => boolean,
  standIns: StandIns = {},
): { statements: SqlStatement[]; unresolved: UnresolvedStatement[] } {
  const files = program.getSourceFiles().filter((file) => includes(path.relative(process.cwd(), file.fileName)));
  const index = new SourceIndex(program, files, standIns);
  const statements: SqlStatement[] = [];
  const unresolved: UnresolvedStatement[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isHelper(index, node.expression)) {
      const found = new Map<string, SqlStatement>();
      try {
        forEachVariant((choose) => {
          const statement = readStatement(index, new Evaluator(index, choose), node);
          found.set(`${statement.text} ${statement.values}`, statement);
        });
        statements.push(...found.values());
      } catch (error) {
        if (!(error instanceof Unknown)) throw error;
        unresolved.push({ file: fileOf(node), caller: callerOf(node), place: placeOf(node), reason: error.message });
      }
    }
    ts.forEachChild(node, visit);
  };
  files.forEach(visit);
  return { statements: statements.flatMap((statement) => fetchedStatements(statement, statements)), unresolved };
}

/** `FETCH … FROM cursor` returns the rows of the statements that the file declares the cursor for. */
function fetchedStatements(statement: SqlStatement, all: readonly SqlStatement[]): readonly SqlStatement[] {
  const [, cursor] = /^\s*FETCH \d+ FROM (\w+)/.exec(statement.text) ?? [];
  if (cursor === undefined) return [statement];
  const declaration = new RegExp(`^\\s*DECLARE ${cursor} [A-Z ]*CURSOR FOR`);
  const declared = all.filter(({ file, text }) => file === statement.file && declaration.test(text));
  if (declared.length === 0) return [statement];
  return declared.map(({ text }) => ({ ...statement, text: text.replace(declaration, ''), values: undefined }));
}

/** The name of the nearest function, method or constant around a call. */
function callerOf(node: ts.Node): string {
  for (let around = node.parent; around; around = around.parent)
    if (
      (ts.isFunctionDeclaration(around) || ts.isMethodDeclaration(around) || ts.isVariableDeclaration(around)) &&
      around.name &&
      ts.isIdentifier(around.name) &&
      (!ts.isVariableDeclaration(around) || ts.isSourceFile(around.parent.parent.parent))
    )
      return around.name.text;
  return '';
}

function isHelper(index: SourceIndex, callee: ts.Expression): boolean {
  if (!ts.isIdentifier(callee) || !HELPERS.has(callee.text)) return false;
  const declaration = index.symbolOf(callee)?.valueDeclaration;
  return declaration !== undefined && fileOf(declaration) === 'src/platform/sql.ts';
}

function readStatement(index: SourceIndex, evaluator: Evaluator, call: ts.CallExpression): SqlStatement {
  const [, statement, values] = call.arguments;
  const place = placeOf(call);
  const row = readRow(index, evaluator, call);
  let read = { ...partsOf(evaluator, { node: statement, scope: TOP }) };
  if (values) read = { ...read, values: { node: values, scope: TOP } };
  const count = read.values ? evaluator.count(read.values.node, read.values.scope) : 0;
  return { place, file: fileOf(call), caller: callerOf(call), text: read.text, values: count, row };
}

/** The text and the values of a statement: a text, an object with both, or a call of `withLongTimeout`. */
function partsOf(evaluator: Evaluator, argument: Closure): { text: string; values: Closure | null } {
  const { node, scope } = evaluator.expression(argument.node, argument.scope);
  if (ts.isCallExpression(node) && node.expression.getText() === 'withLongTimeout') {
    const [text, values] = node.arguments;
    return { text: evaluator.text(text, scope), values: values ? { node: values, scope } : null };
  }
  if (ts.isObjectLiteralExpression(node)) {
    const property = (name: string): ts.Node | null => {
      const found = node.properties.find((each) => each.name && nameOf(each.name) === name);
      if (!found) return null;
      return ts.isPropertyAssignment(found) ? found.initializer : found.name!;
    };
    const [text, values] = [property('text'), property('values')];
    if (!text) throw new Unknown('the statement has no text');
    return { text: evaluator.text(text, scope), values: values && { node: values, scope } };
  }
  const value = evaluator.value(node, scope);
  if (typeof value === 'string') return { text: value, values: null };
  const { text } = value as { text?: unknown };
  if (typeof text !== 'string') throw new Unknown(`${node.getText()} is not a statement`);
  return { text, values: null };
}

function readRow(
  index: SourceIndex,
  evaluator: Evaluator,
  call: ts.CallExpression,
): ReadonlyMap<string, Property> | null {
  if (call.expression.getText() === 'execute') return null;
  let [node] = call.typeArguments ?? [];
  if (!node) throw new Unknown('the call has no row type');
  let type = index.checker.getTypeFromTypeNode(node);
  // The row type of a generic function is the one of its call.
  while (type.flags & ts.TypeFlags.TypeParameter) {
    const around = functionAround(node) as ts.SignatureDeclaration;
    const at = around.typeParameters?.findIndex(({ name }) => name.text === node.getText()) ?? -1;
    [node] = evaluator.callOf(around).typeArguments?.slice(at) ?? [];
    if (at < 0 || !node) throw new Unknown('the row type is not known');
    type = index.checker.getTypeFromTypeNode(node);
  }
  return propertiesOf(index.checker, type);
}

function propertiesOf(checker: ts.TypeChecker, type: ts.Type): ReadonlyMap<string, Property> {
  const found = new Map<string, Property>();
  for (const member of type.isUnion() ? type.types : [type])
    for (const property of checker.getPropertiesOfType(member)) {
      const own = propertyOf(checker, checker.getTypeOfSymbol(property));
      const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
      const known = found.get(property.name);
      found.set(property.name, {
        kinds: new Set([...(known?.kinds ?? []), ...own.kinds]),
        nullable: own.nullable || (known?.nullable ?? false),
        optional: isOptional || (known?.optional ?? false),
      });
    }
  return found;
}

function propertyOf(checker: ts.TypeChecker, type: ts.Type): Omit<Property, 'optional'> {
  const members = type.isUnion() ? type.types : [type];
  const isMissing = (member: ts.Type) => (member.flags & ts.TypeFlags.Undefined) !== 0;
  const isNull = (member: ts.Type) => (member.flags & ts.TypeFlags.Null) !== 0;
  return {
    kinds: new Set(members.filter((each) => !isNull(each) && !isMissing(each)).map((each) => kindOf(checker, each))),
    nullable: members.some(isNull) || (type.flags & (ts.TypeFlags.Unknown | ts.TypeFlags.Any)) !== 0,
  };
}

function kindOf(checker: ts.TypeChecker, type: ts.Type): string {
  const { flags } = type;
  if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return 'any';
  if (flags & ts.TypeFlags.StringLike) return 'string';
  if (flags & ts.TypeFlags.NumberLike) return 'number';
  if (flags & ts.TypeFlags.BooleanLike) return 'boolean';
  if (flags & ts.TypeFlags.BigIntLike) return 'bigint';
  if (type.isIntersection() && type.types.some((each) => each.flags & ts.TypeFlags.StringLike)) return 'string';
  if (checker.isArrayType(type) || checker.isTupleType(type)) {
    const element = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
    const kinds = element ? [...propertyOf(checker, element).kinds] : ['any'];
    return `${kinds.length === 1 ? kinds[0] : 'any'}[]`;
  }
  const name = type.symbol?.name;
  if (name === 'Date') return 'Date';
  if (name === 'Buffer' || name === 'Uint8Array') return 'Buffer';
  return 'object';
}

function ignore(): void {}
