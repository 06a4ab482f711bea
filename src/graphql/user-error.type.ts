import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Scoped } from './scope';

/** Why a mutation did not do what its input asks for. */
const UserErrorCode = {
  BAD_USER_INPUT: 'BAD_USER_INPUT',
  NOT_FOUND: 'NOT_FOUND',
  CONFLICT: 'CONFLICT',
} as const;
type UserErrorCode = keyof typeof UserErrorCode;
registerEnumType(UserErrorCode, {
  name: 'UserErrorCode',
  description: 'Why a mutation did not do what its input asks for.',
  valuesConfig: {
    BAD_USER_INPUT: { description: 'A value is not allowed.' },
    NOT_FOUND: { description: 'The object that the input names does not exist.' },
    CONFLICT: { description: 'The state of the object does not allow the change.' },
  },
});

/** What is wrong with a mutation's input. The mutation changed nothing that the error concerns. */
@Scoped('STOREFRONT')
@ObjectType({ description: "What is wrong with a mutation's input. Nothing that the error concerns was changed." })
export class UserError {
  @Field(() => [String], { nullable: true, description: 'The path of the wrong field in the input; null if none is.' })
  field!: readonly string[] | null;

  @Field(() => String)
  message!: string;

  @Field(() => UserErrorCode)
  code!: UserErrorCode;

  @Field(() => Int, { nullable: true, description: 'In bulk mutations: the index of the wrong item, from 0.' })
  index?: number | null;
}

/** Returns the error of one item of a list in the argument `input`. `path` is such as `units[0].lineId`. */
export function itemUserError(
  list: string,
  index: number,
  { code, message, path }: { readonly code: UserErrorCode; readonly message: string; readonly path?: string | null },
): UserError {
  const fields = (path ?? '').split(/[.[\]]+/).filter((name) => name !== '');
  return { code, message, index, field: ['input', list, String(index), ...fields] };
}
