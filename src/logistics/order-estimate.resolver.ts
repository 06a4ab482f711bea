import { Arg, Ctx, Extensions, Query, Resolver } from 'type-graphql';
import { requireViewer } from '../auth/identity';
import type { ProductsReadModel } from '../catalog/products.read-model';
import type { Context } from '../graphql/context';
import { ApiError } from '../graphql/errors';
import { MEASURED, MAX_LIST_LENGTH, WORK, WORK_BY } from '../graphql/limits/operation-cost';
import { ID } from '../graphql/scalars';
import { allows, Scoped } from '../graphql/scope';
import { faultOfAddress } from './check-shipment';
import type { DeliveryEstimate } from './delivery-estimate';
import type { OrderEstimates } from './order-estimates.service';
import { postcodePrefixOf, shownAddress } from './shipment-address';
import { AddressInput } from './shipment-input.type';
import { DeliveryEstimateObject } from './shipment.type';

const MAX_PRODUCTS = 100;
/** Rate-limit cost of an estimate for each product: its past parcels may have to be compared. */
const PRODUCT_WORK = 20;

@Resolver()
export class OrderEstimateResolver {
  constructor(
    private readonly products: Pick<ProductsReadModel, 'get' | 'getPublished'>,
    private readonly estimates: Pick<OrderEstimates, 'estimate'>,
  ) {}

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: PRODUCT_WORK, [MEASURED]: true, [WORK_BY]: 'productIds', [MAX_LIST_LENGTH]: MAX_PRODUCTS })
  @Query(() => DeliveryEstimateObject, {
    nullable: true,
    description:
      'When an order of these products arrives if it is placed now: that of the product that arrives last. Null unless at least 20 past parcels to the country are comparable.',
  })
  async deliveryEstimate(
    @Ctx() context: Context,
    @Arg('productIds', () => [ID], { description: 'The products: at least one, up to 100.' }) productIds: string[],
    @Arg('destination', () => AddressInput, { description: 'The country, and the postcode if it is known.' })
    destination: AddressInput,
  ): Promise<DeliveryEstimate | null> {
    if (productIds.length === 0 || productIds.length > MAX_PRODUCTS)
      throw new ApiError(
        'BAD_USER_INPUT',
        `productIds must have 1 to ${MAX_PRODUCTS} items; got ${productIds.length}.`,
      );
    const shown = shownAddress(destination);
    const fault = faultOfAddress(shown, 'destination');
    if (fault !== undefined) throw new ApiError('BAD_USER_INPUT', fault.message);
    if (shown?.country == null) throw new ApiError('BAD_USER_INPUT', 'destination.country is missing.');
    const seesAll = allows(requireViewer(context).scope, 'SERVER');
    const unknown = productIds.find(
      (id) => (seesAll ? this.products.get(id) : this.products.getPublished(id)) === undefined,
    );
    if (unknown !== undefined) throw new ApiError('NOT_FOUND', `There is no product ${JSON.stringify(unknown)}.`);
    const prefix = postcodePrefixOf(shown);
    return (await this.estimates.estimate(productIds, shown.country, prefix, context.turns)) ?? null;
  }
}
