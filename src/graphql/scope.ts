// reflect-metadata must be imported before the first decorated class is defined. Every decorated class imports this
// file, so the import is here.
import 'reflect-metadata';
import { Extensions } from 'type-graphql';

/** The scopes of keys, in the order of how much is checked: a field with a later scope is the stricter one. */
export const SCOPES = ['STOREFRONT', 'ADVERTISER', 'OPERATOR', 'SERVER', 'ADMIN'] as const;
export type Scope = (typeof SCOPES)[number];

/** What each scope includes. OPERATOR is for conversations only, ADVERTISER for the campaigns of one advertiser. */
const INCLUDED: Readonly<Record<Scope, readonly Scope[]>> = {
  STOREFRONT: ['STOREFRONT'],
  ADVERTISER: ['ADVERTISER'],
  OPERATOR: ['OPERATOR'],
  SERVER: ['STOREFRONT', 'SERVER'],
  ADMIN: SCOPES,
};

/** Returns whether a viewer with scope `have` (null without a key) has the scope `needed`. */
export function allows(have: Scope | null | undefined, needed: Scope): boolean {
  return have !== null && have !== undefined && INCLUDED[have].includes(needed);
}

/** Returns whether a key belongs to the shop's back end or its administrators, and may act for every customer. */
export function isShopKey(scope: Scope | null | undefined): boolean {
  return scope === 'SERVER' || scope === 'ADMIN';
}

export function isScope(value: unknown): value is Scope {
  return SCOPES.some((scope) => scope === value);
}

/**
 * Declares the scope that a field requires. On an object type, it applies to all fields, and a field may declare a
 * stricter one. Every query, mutation and subscription must declare a scope. Building a schema with an undeclared field
 * fails.
 *
 * @example
 * @Scoped('STOREFRONT') @ObjectType() class Product { @Scoped('ADMIN') @Field(() => Float) margin!: number }
 * @Scoped('SERVER') @Query(() => Customer, { nullable: true }) customer(…) {}
 */
export function Scoped(scope: Scope): ClassDecorator & PropertyDecorator & MethodDecorator {
  return Extensions({ [extensionOf(scope)]: true });
}

/** Returns the strictest scope that the extensions of a field or type declare. */
export function declaredScope(extensions: Readonly<Record<string, unknown>>): Scope | undefined {
  return SCOPES.findLast((scope) => extensions[extensionOf(scope)] === true);
}

export function stricter(a: Scope | undefined, b: Scope | undefined): Scope | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return SCOPES.indexOf(a) >= SCOPES.indexOf(b) ? a : b;
}

/** Extension key of a root field that also accepts keys with the scope OPERATOR. */
export const FOR_OPERATORS = 'forOperators';
/** Extension key of a mutation that also accepts the token of a guest, which otherwise only reads. */
export const FOR_GUESTS = 'forGuests';

/**
 * Returns the extension key of a scope. type-graphql merges the extensions of a class and its parents in an order that
 * must not matter, so each scope has its own key.
 */
function extensionOf(scope: Scope): string {
  return `scope:${scope}`;
}
