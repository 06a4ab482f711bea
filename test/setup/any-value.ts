import {
  getNamedType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql';

const SCALARS: Record<string, string> = {
  Int: '1',
  Float: '1',
  Boolean: 'true',
  ID: '"x"',
  String: '"x"',
  DateTime: '"2026-01-01T00:00:00Z"',
  ZonedDateTime: '"2026-01-01T00:00:00Z"',
  Decimal: '"1"',
  JSONObject: '{}',
};

/** Returns the smallest literal that validates against the type. */
export function literalOf(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literalOf(type.ofType);
  if (isListType(type)) return `[${literalOf(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0].name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(isRequiredInputField);
    return `{ ${fields.map((field) => `${field.name}: ${literalOf(field.type)}`).join(', ')} }`;
  }
  const { name } = getNamedType(type);
  const literal = SCALARS[name];
  if (literal === undefined) throw new Error(`SCALARS in any-value.ts has no literal for ${name} looks like`);
  return literal;
}

/** Returns a value from which any object, list, number or text field can be read, to any depth. */
export function anyValue(): object {
  const value: object = new Proxy(
    {},
    {
      get(_target, name) {
        if (name === 'then') return undefined;
        if (name === Symbol.iterator) return () => [value].values();
        if (name === Symbol.asyncIterator) {
          return async function* () {
            yield value;
          };
        }
        if (name === 'valueOf' || name === Symbol.toPrimitive) return () => 1;
        return value;
      },
    },
  );
  return value;
}

/** Returns an instance of a resolver class whose every method returns {@link anyValue}. */
export function anyInstance(resolver: { readonly prototype: object }): object {
  return new Proxy(Object.create(resolver.prototype) as object, {
    get: (_target, name) => (name === 'constructor' ? resolver : () => anyValue()),
  });
}
