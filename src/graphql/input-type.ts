import { type GraphQLInputObjectType, GraphQLNonNull } from 'graphql';
import { Arg, buildSchemaSync, type ClassType, Query, Resolver } from 'type-graphql';
import { type Coerced, itemCoercer } from './coerce-item';
import { DateTime } from './scalars';

const known = new Map<ClassType<object>, GraphQLInputObjectType>();

/**
 * Returns the type that an input class has in the schema, for values that come in without GraphQL. Building it takes a
 * few milliseconds.
 */
export function inputTypeOf(input: ClassType<object>): GraphQLInputObjectType {
  const type = known.get(input) ?? buildInputType(input);
  known.set(input, type);
  return type;
}

/** Returns a function that reads JSON values as GraphQL reads the input class. Its type is built with the first value. */
export function coercerOf<T extends object>(input: ClassType<T>): (value: unknown) => Coerced<T> {
  let coerce: ((value: unknown) => Coerced<T>) | undefined;
  return (value) => (coerce ??= itemCoercer<T>(new GraphQLNonNull(inputTypeOf(input))))(value);
}

function buildInputType(input: ClassType<object>): GraphQLInputObjectType {
  @Resolver()
  class Inputs {
    @Query(() => Boolean)
    isInput(@Arg('input', () => input, { nullable: true }) _input: object): boolean {
      return true;
    }
  }
  const schema = buildSchemaSync({
    resolvers: [Inputs],
    scalarsMap: [{ type: Date, scalar: DateTime }],
    validate: false,
  });
  return schema.getQueryType()!.getFields().isInput!.args[0]!.type as GraphQLInputObjectType;
}
