import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { connectionOf, type ConnectionPage } from '../../graphql/connection';
import { enumType } from '../../graphql/enum-type';
import { ReceiptPayload } from '../../graphql/item-error.type';
import { DateTime, ID } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import type { SynonymRule } from '../../search-engine/text/synonyms';

export type SynonymKind = SynonymRule['kind'];
export const SynonymKindEnum: Record<SynonymKind, SynonymKind> = enumType(
  'SynonymKind',
  ['TWO_WAY', 'ONE_WAY'],
  undefined,
  {
    TWO_WAY: 'Each of `words` finds all of them.',
    ONE_WAY: 'Each of `words` finds `finds` too, but not the other way round.',
  },
);

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true, description: 'What else finds what somebody searches for.' })
export class Synonym {
  @Field(() => ID)
  id!: string;

  @Field(() => SynonymKindEnum)
  kind!: SynonymKind;

  @Field(() => [String])
  words!: readonly string[];

  @Field(() => [String])
  finds!: readonly string[];

  @Field(() => String, { nullable: true, description: 'BCP 47, of queries; none: all.' })
  language!: string | null;

  @Field(() => DateTime)
  updatedAt!: Date;
}

export const SynonymConnection = connectionOf(Synonym, 'Synonym', 'ADMIN');
export type SynonymConnection = ConnectionPage<Synonym>;

@InputType({ description: 'Absent leaves alone, null clears. A new rule needs its kind and words.' })
export class SynonymInput {
  @Field(() => ID)
  id!: string;

  @Field(() => SynonymKindEnum, { nullable: true })
  kind?: SynonymKind | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Each of one to five words, up to 200 characters. With `finds` together up to 50.',
  })
  words?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Of ONE_WAY rules. Each of up to 200 characters.' })
  finds?: string[] | null;

  @Field(() => String, { nullable: true, description: 'BCP 47, of queries; none: all.' })
  language?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When this became true. Older than what is stored: STALE. Default now.',
  })
  updatedAt?: Date | null;
}

@InputType()
export class UpsertSynonymsInput {
  @Field(() => [SynonymInput], { description: 'Up to 1,000. A shop has up to 10,000.' })
  synonyms!: SynonymInput[];
}

@InputType()
export class DeleteSynonymsInput {
  @Field(() => [ID], { description: 'Up to 1,000.' })
  ids!: string[];
}

@Scoped('ADMIN')
@ObjectType()
export class WriteSynonymsPayload extends ReceiptPayload {
  @Field(() => Int, { description: 'Rules that are now as asked.' })
  accepted!: number;
}

@ObjectType()
export class UpsertSynonymsPayload extends WriteSynonymsPayload {}

@ObjectType()
export class DeleteSynonymsPayload extends WriteSynonymsPayload {}
