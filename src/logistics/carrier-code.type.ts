import { Extensions, Field, InputType, Int, ObjectType } from 'type-graphql';
import { connectionOf, type ConnectionPage } from '../graphql/connection';
import { MAX_LIST_LENGTH } from '../graphql/limits/operation-cost';
import { DateTime, ID } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';
import { UserError } from '../graphql/user-error.type';
import type { ScanType } from './parcel';
import { ScanTypeEnum } from './shipment-input.type';

/** Maximum number of codes in a request. */
export const MAX_CODES_PER_REQUEST = 1_000;

@Scoped('SERVER')
@ObjectType({ simpleResolvers: true, description: 'What a code of a carrier means, as the shop has defined it.' })
export class CarrierCode {
  @Field(() => String, {
    nullable: true,
    description: 'Whose code it is: a carrier or tracking service, in lower case. Null for any carrier.',
  })
  carrier!: string | null;

  @Field(() => String, { description: 'The code, in lower case.' })
  code!: string;

  @Field(() => ScanTypeEnum, { description: 'What a scan with this code reports.' })
  type!: ScanType;

  @Field(() => DateTime, { description: 'When the type was defined.' })
  updatedAt!: Date;
}

export const CarrierCodeConnection = connectionOf(CarrierCode, 'CarrierCode', 'SERVER');
export type CarrierCodeConnection = ConnectionPage<CarrierCode>;

@InputType({ description: 'A code of a carrier. Upper and lower case are the same.' })
export class CarrierCodeKeyInput {
  @Field(() => String, {
    nullable: true,
    description: 'Whose code it is: a carrier or tracking service, up to 100 characters. Default: any carrier.',
  })
  carrier?: string | null;

  @Field(() => String, { description: 'The code, up to 100 characters.' })
  code!: string;
}

@InputType({ description: 'What a code of a carrier means.' })
export class CarrierCodeInput extends CarrierCodeKeyInput {
  @Field(() => ScanTypeEnum, { description: 'What a scan with this code reports.' })
  type!: ScanType;
}

@InputType()
export class UpsertCarrierCodesInput {
  @Field(() => [CarrierCodeInput], { description: 'Up to 1,000. A shop can have up to 10,000.' })
  codes!: CarrierCodeInput[];
}

@InputType()
export class DeleteCarrierCodesInput {
  @Field(() => [CarrierCodeKeyInput], { description: 'Up to 1,000.' })
  codes!: CarrierCodeKeyInput[];
}

@Scoped('ADMIN')
@ObjectType()
class WriteCarrierCodesPayload {
  @Field(() => Int, { description: 'Items that are now as the input says, repeats included.' })
  accepted!: number;

  @Field(() => ID, { description: 'For `awaitReceipt`: read your writes.' })
  receipt!: string;

  @Field(() => [UserError], { description: 'One for each item that was not accepted.' })
  userErrors!: readonly UserError[];
}

@Scoped('ADMIN')
@ObjectType()
export class UpsertCarrierCodesPayload extends WriteCarrierCodesPayload {
  @Extensions({ [MAX_LIST_LENGTH]: MAX_CODES_PER_REQUEST })
  @Field(() => [CarrierCode], { description: 'The accepted codes as they are now, each once.' })
  carrierCodes!: readonly CarrierCode[];
}

@ObjectType()
export class DeleteCarrierCodesPayload extends WriteCarrierCodesPayload {}
