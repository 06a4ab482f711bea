import 'reflect-metadata';
import { Field, ObjectType, Query, Resolver } from 'type-graphql';
import { allows, Scoped, stricter } from '../../../src/graphql/scope';
import { buildGraphqlSchema } from '../../../src/graphql/schema';
import { fieldsOf, scopeOfField } from '../../../src/graphql/enforce-scopes';

@Scoped('SERVER')
@ObjectType()
class Declared {
  @Field(() => String)
  ofItsType!: string;

  @Scoped('ADMIN')
  @Field(() => String)
  itsOwn!: string;

  @Scoped('STOREFRONT')
  @Field(() => String)
  notLooser!: string;
}

@Scoped('ADMIN')
@ObjectType()
class Stricter extends Declared {
  @Field(() => String)
  more!: string;
}

@ObjectType()
class Undeclared {
  @Scoped('STOREFRONT')
  @Field(() => String)
  declared!: string;

  @Field(() => String)
  forgotten!: string;
}

@Resolver()
class GoodResolver {
  @Scoped('STOREFRONT')
  @Query(() => Declared)
  good(): Declared {
    return new Declared();
  }

  @Scoped('STOREFRONT')
  @Query(() => Stricter)
  stricter(): Stricter {
    return new Stricter();
  }
}

@Resolver()
class ForgetfulResolver {
  @Scoped('STOREFRONT')
  @Query(() => Undeclared)
  nested(): Undeclared {
    return new Undeclared();
  }

  @Query(() => String)
  root(): string {
    return '';
  }
}

describe('scopes', () => {
  it('include those before them', () => {
    expect(allows('ADMIN', 'STOREFRONT')).toBe(true);
    expect(allows('SERVER', 'SERVER')).toBe(true);
    expect(allows('STOREFRONT', 'SERVER')).toBe(false);
    expect(allows(null, 'STOREFRONT')).toBe(false);
    expect(stricter('SERVER', undefined)).toBe('SERVER');
    expect(stricter('SERVER', 'ADMIN')).toBe('ADMIN');
  });

  it('of a field are the stricter of its own and its type’s, also in a subclass', () => {
    const schema = buildGraphqlSchema([GoodResolver]);
    const scopes = (name: string): Record<string, string | undefined> => {
      const type = schema.getType(name)!;
      return Object.fromEntries(fieldsOf(type).map((field) => [field.name, scopeOfField(schema, type, field)]));
    };
    expect(scopes('Declared')).toEqual({ ofItsType: 'SERVER', itsOwn: 'ADMIN', notLooser: 'SERVER' });
    expect(scopes('Stricter')).toEqual({ ofItsType: 'ADMIN', itsOwn: 'ADMIN', notLooser: 'ADMIN', more: 'ADMIN' });
  });

  it('must be declared for every field, or the schema is not built', () => {
    expect(() => buildGraphqlSchema([ForgetfulResolver])).toThrow(
      expect.objectContaining({ name: 'UndeclaredScopeError', fields: ['Query.root', 'Undeclared.forgotten'] }),
    );
  });
});
