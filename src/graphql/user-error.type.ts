import { Field, Int, ObjectType } from 'type-graphql';
import { enumType } from './enum-type';
import { Scoped } from './scope';

/** Why a mutation did not do what its input asks for. */
const UserErrorCode = enumType(
  'UserErrorCode',
  ['BAD_USER_INPUT', 'NOT_FOUND', 'CONFLICT'],
  'Why a mutation did not do what its input asks for.',
  {
    BAD_USER_INPUT: 'A value is not allowed.',
    NOT_FOUND: 'The object that the input names does not exist.',
    CONFLICT: 'The state of the object does not allow the change.',
  },
);
type UserErrorCode = keyof typeof UserErrorCode;

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
