import ts from 'typescript';
import { appendTo } from '../../../src/learn/group-by';

/** An expression whose value is not known without running the program. */
export class Unknown extends Error {}

/** A function or an expression with the values of the parameters around it. */
export interface Closure {
  readonly node: ts.Node;
  readonly scope: Scope;
}
type Scope = ReadonlyMap<ts.Symbol, Closure | { readonly value: unknown }>;

export const TOP: Scope = new Map();

/** Values that stand for expressions: `FILE EXPRESSION` to value. */
export type StandIns = Readonly<Record<string, unknown>>;

/** Chooses one of `count` possibilities; the same one for the same key. */
export type Choose = (key: string, count: number) => number;

const MAX_VARIANTS = 64;

/** Runs `work` once for each combination of the possibilities that it chooses from. */
export function forEachVariant(work: (choose: Choose) => void): void {
  let planned: number[] = [];
  for (let variant = 0; variant < MAX_VARIANTS; variant++) {
    const taken: { chosen: number; count: number }[] = [];
    const chosenByKey = new Map<string, number>();
    work((key, count) => {
      const known = chosenByKey.get(key);
      if (known !== undefined) return known;
      const chosen = planned[taken.length] ?? 0;
      taken.push({ chosen, count });
      chosenByKey.set(key, chosen);
      return chosen;
    });
    while (taken.length > 0 && taken[taken.length - 1].chosen + 1 >= taken[taken.length - 1].count) taken.pop();
    if (taken.length === 0) return;
    planned = taken.map(({ chosen }, at) => (at === taken.length - 1 ? chosen + 1 : chosen));
  }
  throw new Unknown(`it has more than ${MAX_VARIANTS} variants`);
}

/**
 * Evaluates expressions of the program's source: literals, templates, constants, conditions, and calls of functions that
 * only return an expression. Where a condition or a parameter is open, it chooses one possibility.
 */
export class Evaluator {
  constructor(
    private readonly program: SourceIndex,
    private readonly choose: Choose,
  ) {}

  text(node: ts.Node, scope: Scope): string {
    const value = this.value(node, scope);
    if (typeof value !== 'string') throw new Unknown(`${node.getText()} is not a text`);
    return value;
  }

  value(node: ts.Node, scope: Scope): unknown {
    const standIn = this.program.standIn(node);
    if (standIn !== undefined) return standIn;
    if (ts.isStringLiteralLike(node)) return node.text;
    if (ts.isNumericLiteral(node)) return Number(node.text);
    if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
    if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
    if (node.kind === ts.SyntaxKind.NullKeyword) return null;
    if (isWrapper(node)) return this.value(node.expression, scope);
    if (ts.isTemplateExpression(node))
      return node.templateSpans.reduce(
        (text, { expression, literal }) => text + this.printed(expression, scope) + literal.text,
        node.head.text,
      );
    if (ts.isArrayLiteralExpression(node))
      return node.elements.flatMap((element) =>
        ts.isSpreadElement(element) ? this.array(element.expression, scope) : [this.value(element, scope)],
      );
    if (ts.isObjectLiteralExpression(node)) return this.object(node, scope);
    if (ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isFunctionDeclaration(node))
      return { node, scope } satisfies Closure;
    if (ts.isConditionalExpression(node))
      return this.value(this.isTrue(node.condition, scope) ? node.whenTrue : node.whenFalse, scope);
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
      return !this.isTrue(node.operand, scope);
    if (ts.isBinaryExpression(node)) return this.binary(node, scope);
    if (ts.isIdentifier(node)) return this.identifier(node, scope);
    if (ts.isPropertyAccessExpression(node)) return this.orByType(node, scope, () => this.property(node, scope));
    if (ts.isElementAccessExpression(node)) return this.orByType(node, scope, () => this.element(node, scope));
    if (ts.isCallExpression(node)) return this.orByType(node, scope, () => this.call(node, scope));
    return this.byType(node, scope);
  }

  /** Returns the number of elements of an array; null if it is not known. */
  count(node: ts.Node, scope: Scope): number | null {
    if (isWrapper(node)) return this.count(node.expression, scope);
    if (ts.isAwaitExpression(node)) return this.count(node.expression, scope);
    if (ts.isArrayLiteralExpression(node)) {
      const counts = node.elements.map((each) => (ts.isSpreadElement(each) ? this.count(each.expression, scope) : 1));
      return counts.includes(null) ? null : counts.reduce<number>((sum, count) => sum + count!, 0);
    }
    if (ts.isConditionalExpression(node))
      return this.count(this.isTrue(node.condition, scope) ? node.whenTrue : node.whenFalse, scope);
    const type = this.program.checker.getTypeAtLocation(node);
    if (this.program.checker.isTupleType(type)) {
      const { target } = type as ts.TupleTypeReference;
      return target.hasRestElement ? null : target.fixedLength;
    }
    if (ts.isIdentifier(node)) {
      const found = this.resolve(node, scope);
      if (found !== null && 'node' in found && found.node !== node) return this.count(found.node, found.scope);
      return null;
    }
    if (ts.isCallExpression(node)) {
      const { declaration } = this.program.checker.getResolvedSignature(node) ?? {};
      const returned = declaration && ts.isFunctionDeclaration(declaration) ? onlyReturn(declaration) : null;
      return returned ? this.count(returned, TOP) : null;
    }
    return null;
  }

  /** Follows parameters and constants to the expression that they stand for. */
  expression(node: ts.Node, scope: Scope): Closure {
    if (isWrapper(node)) return this.expression(node.expression, scope);
    if (this.program.standIn(node) !== undefined) return { node, scope };
    if (ts.isConditionalExpression(node))
      return this.expression(this.isTrue(node.condition, scope) ? node.whenTrue : node.whenFalse, scope);
    if (!ts.isIdentifier(node)) return { node, scope };
    const found = this.resolve(node, scope);
    return found !== null && 'node' in found && found.node !== node
      ? this.expression(found.node, found.scope)
      : { node, scope };
  }

  /** Chooses a call of the function: for its parameters and type parameters. */
  callOf(functionNode: ts.Node): ts.CallExpression {
    const calls = this.program.callsOf(functionNode);
    if (calls.length === 0) throw new Unknown('the calls of the function around it are not known');
    return calls[this.choose(`call of ${placeOf(functionNode)}`, calls.length)];
  }

  private printed(node: ts.Node, scope: Scope): string {
    const value = this.value(node, scope);
    if (typeof value === 'object' && value !== null) throw new Unknown(`${node.getText()} is not a text`);
    return String(value);
  }

  private array(node: ts.Node, scope: Scope): unknown[] {
    const value = this.value(node, scope);
    if (!Array.isArray(value)) throw new Unknown(`${node.getText()} is not a known array`);
    return value as unknown[];
  }

  private object(node: ts.ObjectLiteralExpression, scope: Scope): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    for (const property of node.properties) {
      if (ts.isSpreadAssignment(property))
        entries.push(...Object.entries(this.value(property.expression, scope) as object));
      else if (ts.isPropertyAssignment(property))
        entries.push([nameOf(property.name), this.value(property.initializer, scope)]);
      else if (ts.isShorthandPropertyAssignment(property))
        entries.push([property.name.text, this.value(property.name, scope)]);
      else throw new Unknown(`${property.getText()} is a method`);
    }
    return Object.fromEntries(entries);
  }

  private isTrue(condition: ts.Expression, scope: Scope): boolean {
    let key = condition.getText();
    try {
      return Boolean(this.value(condition, scope));
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
    }
    let flipped = false;
    if (ts.isPrefixUnaryExpression(condition) && condition.operator === ts.SyntaxKind.ExclamationToken) {
      key = condition.operand.getText();
      flipped = true;
    } else if (
      ts.isBinaryExpression(condition) &&
      condition.operatorToken.kind === ts.SyntaxKind.ExclamationEqualsEqualsToken
    ) {
      key = `${condition.left.getText()} === ${condition.right.getText()}`;
      flipped = true;
    }
    return (this.choose(`${key} in ${placeOf(functionAround(condition))}`, 2) === 0) !== flipped;
  }

  private binary(node: ts.BinaryExpression, scope: Scope): unknown {
    const left = () => this.value(node.left, scope);
    const right = () => this.value(node.right, scope);
    switch (node.operatorToken.kind) {
      case ts.SyntaxKind.PlusToken:
        return (left() as string) + (right() as string);
      case ts.SyntaxKind.MinusToken:
        return (left() as number) - (right() as number);
      case ts.SyntaxKind.AsteriskToken:
        return (left() as number) * (right() as number);
      case ts.SyntaxKind.SlashToken:
        return (left() as number) / (right() as number);
      case ts.SyntaxKind.EqualsEqualsEqualsToken:
        return left() === right();
      case ts.SyntaxKind.ExclamationEqualsEqualsToken:
        return left() !== right();
      case ts.SyntaxKind.QuestionQuestionToken:
        return left() ?? right();
      default:
        return this.byType(node, scope);
    }
  }

  private identifier(node: ts.Identifier, scope: Scope): unknown {
    if (node.text === 'undefined') return undefined;
    const symbol = this.program.symbolOf(node);
    const bound = symbol && scope.get(symbol);
    if (bound) return 'value' in bound ? bound.value : this.value(bound.node, bound.scope);
    const loop = symbol?.valueDeclaration?.parent.parent;
    if (loop && ts.isForOfStatement(loop)) {
      const values = this.array(loop.expression, scope);
      return values[this.choose(`${node.text} in ${placeOf(loop)}`, values.length)];
    }
    return this.orByType(
      node,
      scope,
      () => {
        const found = this.resolve(node, scope);
        if (found === null) throw new Unknown(`${node.text} is not a constant`);
        return 'value' in found ? found.value : this.value(found.node, found.scope);
      },
      true,
    );
  }

  /** Finds the expression that a name stands for: a constant's initializer, or a parameter's argument. */
  private resolve(node: ts.Identifier, scope: Scope): Closure | { readonly value: unknown } | null {
    const symbol = this.program.symbolOf(node);
    const declaration = symbol?.valueDeclaration;
    if (!symbol || !declaration) return null;
    const bound = scope.get(symbol);
    if (bound) return bound;
    if (ts.isFunctionDeclaration(declaration)) return { node: declaration, scope: TOP };
    if (ts.isVariableDeclaration(declaration)) {
      const isConstant = (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
      return isConstant && declaration.initializer && !this.program.isChanged(node)
        ? { node: declaration.initializer, scope }
        : null;
    }
    if (ts.isBindingElement(declaration)) return this.elementOfPattern(declaration, scope);
    if (ts.isParameter(declaration) && ts.isFunctionLike(declaration.parent)) {
      const argument = this.callOf(declaration.parent).arguments[declaration.parent.parameters.indexOf(declaration)];
      if (argument) return { node: argument, scope: TOP };
      return declaration.initializer ? { node: declaration.initializer, scope: TOP } : { value: undefined };
    }
    return null;
  }

  /** A name in a pattern like `const [first, second] = …`. */
  private elementOfPattern(element: ts.BindingElement, scope: Scope): { readonly value: unknown } | null {
    const pattern = element.parent;
    if (!ts.isVariableDeclaration(pattern.parent) || !pattern.parent.initializer) return null;
    const key = ts.isArrayBindingPattern(pattern)
      ? String(pattern.elements.indexOf(element))
      : nameOf((element.propertyName ?? element.name) as ts.PropertyName);
    const { initializer } = pattern.parent;
    if (!ts.isArrayLiteralExpression(initializer)) return null;
    return { value: (this.value(initializer, scope) as Record<string, unknown>)[key] };
  }

  private property(node: ts.PropertyAccessExpression, scope: Scope): unknown {
    const base = this.value(node.expression, scope);
    if (typeof base !== 'object' || base === null || !(node.name.text in base))
      throw new Unknown(`${node.getText()} is not known`);
    return (base as Record<string, unknown>)[node.name.text];
  }

  private element(node: ts.ElementAccessExpression, scope: Scope): unknown {
    const base = this.value(node.expression, scope) as Record<string, unknown>;
    const key = this.value(node.argumentExpression, scope);
    return base[String(key)];
  }

  private call(node: ts.CallExpression, scope: Scope): unknown {
    const callee = node.expression;
    if (ts.isPropertyAccessExpression(callee)) {
      if (ts.isIdentifier(callee.expression) && callee.expression.text === 'Object' && callee.name.text === 'keys')
        return this.propertyNames(node.arguments[0], scope);
      return this.method(node, callee, scope);
    }
    const target = this.value(callee, scope);
    if (!isClosure(target)) throw new Unknown(`${callee.getText()} is not a known function`);
    return this.apply(
      target,
      node.arguments.map((argument) => ({ node: argument, scope })),
    );
  }

  /** Methods of arrays and texts. */
  private method(node: ts.CallExpression, callee: ts.PropertyAccessExpression, scope: Scope): unknown {
    const first = () => this.value(node.arguments[0], scope);
    const base = this.value(callee.expression, scope);
    if (!Array.isArray(base)) throw new Unknown(`${callee.getText()} is not known`);
    const applied = (each: unknown, at: number) => {
      const target = first();
      if (!isClosure(target)) throw new Unknown(`${node.getText()} is not known`);
      return this.apply(target, [{ value: each }, { value: at }]);
    };
    switch (callee.name.text) {
      case 'join':
        return base.join(first() as string);
      case 'includes':
        return base.includes(first());
      case 'map':
        return base.map(applied);
      case 'flatMap':
        return base.flatMap(applied);
      case 'filter':
        return base.filter((each, at) => Boolean(applied(each, at)));
      case 'keys':
        return base.map((_, at) => at);
      default:
        throw new Unknown(`${callee.name.text} is not known`);
    }
  }

  private apply({ node, scope }: Closure, given: readonly (Closure | { readonly value: unknown })[]): unknown {
    const target = node as ts.FunctionLikeDeclaration;
    const inner = new Map(scope);
    target.parameters.forEach((parameter, at) => {
      const argument =
        given[at] ?? (parameter.initializer ? { node: parameter.initializer, scope } : { value: undefined });
      if (ts.isIdentifier(parameter.name)) {
        inner.set(this.program.symbolOf(parameter.name)!, argument);
        return;
      }
      const whole = 'value' in argument ? argument.value : this.value(argument.node, argument.scope);
      for (const element of parameter.name.elements) {
        if (ts.isOmittedExpression(element) || !ts.isIdentifier(element.name)) continue;
        const key = ts.isArrayBindingPattern(parameter.name)
          ? String(parameter.name.elements.indexOf(element))
          : nameOf(element.propertyName ?? element.name);
        inner.set(this.program.symbolOf(element.name)!, { value: (whole as Record<string, unknown>)[key] });
      }
    });
    const { body } = target;
    if (body && !ts.isBlock(body)) return this.value(body, inner);
    for (const statement of body?.statements ?? []) {
      if (ts.isReturnStatement(statement) && statement.expression) return this.value(statement.expression, inner);
      if (ts.isIfStatement(statement) && !statement.elseStatement && ts.isReturnStatement(statement.thenStatement)) {
        if (this.isTrue(statement.expression, inner)) return this.value(statement.thenStatement.expression!, inner);
      } else if (!ts.isVariableStatement(statement)) break;
    }
    throw new Unknown(`the function ${target.name?.getText() ?? ''} does more than return an expression`);
  }

  private propertyNames(node: ts.Node, scope: Scope): string[] {
    try {
      return Object.keys(this.value(node, scope) as object);
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
    }
    const names = this.typeOf(node, scope)
      .getProperties()
      .map((property) => property.name);
    if (names.length === 0) throw new Unknown(`the properties of ${node.getText()} are not known`);
    return names;
  }

  private typeOf(node: ts.Node, scope: Scope): ts.Type {
    const { checker } = this.program;
    if (isWrapper(node)) return this.typeOf(node.expression, scope);
    if (ts.isElementAccessExpression(node))
      return checker.getIndexTypeOfType(this.typeOf(node.expression, scope), ts.IndexKind.Number)!;
    const { node: end } = this.expression(node, scope);
    return checker.getTypeAtLocation(end);
  }

  private orByType(node: ts.Node, scope: Scope, attempt: () => unknown, typeFirst = false): unknown {
    if (typeFirst) {
      try {
        return this.byType(node, scope);
      } catch (error) {
        if (!(error instanceof Unknown)) throw error;
        return attempt();
      }
    }
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      return this.byType(node, scope);
    }
  }

  /** Literal types, unions of them, booleans and numbers are known by their type. */
  private byType(node: ts.Node, _scope: Scope): unknown {
    const type = this.program.checker.getTypeAtLocation(node);
    const members = type.isUnion() ? type.types : [type];
    const values = members.map((member) => {
      if (member.isStringLiteral() || member.isNumberLiteral()) return member.value;
      if (member.flags & ts.TypeFlags.BooleanLiteral)
        return (member as unknown as { intrinsicName: string }).intrinsicName === 'true';
      if (member.flags & ts.TypeFlags.Number) return 1;
      throw new Unknown(`${node.getText().replace(/\s+/g, ' ')} is not known`);
    });
    const symbol = this.program.symbolOf(node);
    const key = symbol?.valueDeclaration ? placeOf(symbol.valueDeclaration) : placeOf(node);
    return values.length === 1 ? values[0] : values[this.choose(`value of ${key}`, values.length)];
  }
}

/** The parsed files of the program, and where its functions are called. */
export class SourceIndex {
  readonly checker: ts.TypeChecker;
  private readonly calls = new Map<ts.Node, ts.CallExpression[]>();

  constructor(
    readonly program: ts.Program,
    readonly files: readonly ts.SourceFile[],
    private readonly standIns: StandIns = {},
  ) {
    this.checker = program.getTypeChecker();
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node)) {
        const target = this.symbolOf(
          ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression,
        )?.valueDeclaration;
        if (target) appendTo(this.calls, target, node);
      }
      ts.forEachChild(node, visit);
    };
    files.forEach(visit);
  }

  callsOf(functionNode: ts.Node): readonly ts.CallExpression[] {
    const isExpression = ts.isArrowFunction(functionNode) || ts.isFunctionExpression(functionNode);
    return this.calls.get(isExpression ? functionNode.parent : functionNode) ?? [];
  }

  symbolOf(node: ts.Node): ts.Symbol | undefined {
    const symbol = ts.isShorthandPropertyAssignment(node.parent)
      ? this.checker.getShorthandAssignmentValueSymbol(node.parent)
      : this.checker.getSymbolAtLocation(node);
    return symbol && symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }

  standIn(node: ts.Node): unknown {
    return this.standIns[`${fileOf(node)} ${node.getText()}`];
  }

  /** Whether the array is changed after its declaration. */
  isChanged(node: ts.Identifier): boolean {
    return new RegExp(`\\b${node.text}\\.(push|splice|unshift)\\(`).test(functionAround(node).getText());
  }
}

export function functionAround(node: ts.Node): ts.Node {
  let around = node.parent;
  while (!ts.isFunctionLike(around) && !ts.isSourceFile(around)) around = around.parent;
  return around;
}

export function fileOf(node: ts.Node): string {
  return node.getSourceFile().fileName.replace(`${process.cwd()}/`, '');
}

export function placeOf(node: ts.Node): string {
  const file = node.getSourceFile();
  return `${fileOf(node)}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`;
}

export function nameOf(name: ts.PropertyName): string {
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : name.getText();
}

function isWrapper(
  node: ts.Node,
): node is ts.ParenthesizedExpression | ts.AsExpression | ts.SatisfiesExpression | ts.NonNullExpression {
  return (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node)
  );
}

function isClosure(value: unknown): value is Closure {
  return typeof value === 'object' && value !== null && 'node' in value && 'scope' in value;
}

function onlyReturn(declaration: ts.FunctionDeclaration): ts.Expression | null {
  const [statement, ...others] = declaration.body?.statements ?? [];
  return statement && others.length === 0 && ts.isReturnStatement(statement) ? (statement.expression ?? null) : null;
}
