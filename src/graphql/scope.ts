// Here because every decorated class imports this file, and decorators need it before the first class is defined.
import 'reflect-metadata';
import { Extensions } from 'type-graphql';

/** What a key may do, the least first; each scope includes those before it. */
export const SCOPES = ['STOREFRONT', 'SERVER', 'ADMIN'] as const;
export type Scope = (typeof SCOPES)[number];

/** Whether a viewer with scope `have` (none: no key) may use what needs scope `needed`. */
export function allows(have: Scope | null | undefined, needed: Scope): boolean {
  return have !== null && have !== undefined && SCOPES.indexOf(have) >= SCOPES.indexOf(needed);
}

export function isScope(value: unknown): value is Scope {
  return SCOPES.some((scope) => scope === value);
}

/**
 * Declares who may read a field, or all fields of an object type (each may be stricter by itself).
 * Every query, mutation and subscription needs its own. A schema with an undeclared field is not built.
 *
 * @example
 * @Scoped('STOREFRONT') @ObjectType() class Product { @Scoped('ADMIN') @Field(() => Float) margin!: number }
 * @Scoped('SERVER') @Query(() => Customer, { nullable: true }) customer(…) {}
 */
export function Scoped(scope: Scope): ClassDecorator & PropertyDecorator & MethodDecorator {
  return Extensions({ [extensionOf(scope)]: true });
}

/** The strictest scope that the extensions of a field or type declare. */
export function declaredScope(extensions: Readonly<Record<string, unknown>>): Scope | undefined {
  return SCOPES.findLast((scope) => extensions[extensionOf(scope)] === true);
}

/** The stricter of two. */
export function stricter(a: Scope | undefined, b: Scope | undefined): Scope | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return allows(a, b) ? a : b;
}

/** A key for each scope: type-graphql merges the extensions of a class with its parents' in an order that must not matter. */
function extensionOf(scope: Scope): string {
  return `scope:${scope}`;
}
