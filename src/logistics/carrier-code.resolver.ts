import { Arg, Mutation, Query, Resolver } from 'type-graphql';
import { BulkItems } from '../graphql/bulk-items';
import { checkFirst, encodeCursor, First, pageOf, textsCursor } from '../graphql/connection';
import { Scoped } from '../graphql/scope';
import type { CarrierCodeKey } from './carrier-code';
import type { CarrierCodeService } from './carrier-code.service';
import {
  CarrierCodeConnection,
  DeleteCarrierCodesInput,
  DeleteCarrierCodesPayload,
  MAX_CODES_PER_REQUEST,
  UpsertCarrierCodesInput,
  UpsertCarrierCodesPayload,
} from './carrier-code.type';

const CURSOR = 'carrier-codes';

@Resolver()
export class CarrierCodeResolver {
  constructor(private readonly service: CarrierCodeService) {}

  @Scoped('SERVER')
  @Query(() => CarrierCodeConnection, {
    nullable: true,
    description: 'The codes of carriers that the shop has defined, by carrier and code.',
  })
  async carrierCodes(
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'The cursor of the last one of the page before.' })
    after?: string | null,
    @Arg('carrier', () => String, {
      nullable: true,
      description:
        'Only codes of this carrier, up to 100 characters. An empty text stands for the codes of any carrier.',
    })
    carrier?: string | null,
  ): Promise<CarrierCodeConnection> {
    const cursor = keyOfCursor(after);
    const count = checkFirst(first);
    const codes = await this.service.page(carrier, cursor, count + 1);
    return pageOf(codes, count, cursor !== undefined, (shown) =>
      encodeCursor(CURSOR, [shown.carrier ?? '', shown.code]),
    );
  }

  @Scoped('ADMIN')
  @BulkItems('codes', MAX_CODES_PER_REQUEST)
  @Mutation(() => UpsertCarrierCodesPayload, {
    nullable: true,
    description: 'Defines what codes of carriers mean, from the next `recordScans` on. It changes no recorded scan.',
  })
  upsertCarrierCodes(
    @Arg('input', () => UpsertCarrierCodesInput, { description: 'The codes.' }) { codes }: UpsertCarrierCodesInput,
  ): Promise<UpsertCarrierCodesPayload> {
    return this.service.upsert(codes);
  }

  @Scoped('ADMIN')
  @BulkItems('codes', MAX_CODES_PER_REQUEST)
  @Mutation(() => DeleteCarrierCodesPayload, {
    nullable: true,
    description: 'Deletes codes that the shop has defined. The built-in meaning of a code counts again.',
  })
  deleteCarrierCodes(
    @Arg('input', () => DeleteCarrierCodesInput, { description: 'The codes.' }) { codes }: DeleteCarrierCodesInput,
  ): Promise<DeleteCarrierCodesPayload> {
    return this.service.delete(codes);
  }
}

function keyOfCursor(after: string | null | undefined): CarrierCodeKey | undefined {
  const texts = textsCursor(CURSOR, after, 2);
  return texts && { carrier: texts[0]!, code: texts[1]! };
}
