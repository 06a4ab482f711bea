import { Arg, Ctx, Extensions, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { BulkItems } from '../graphql/bulk-items';
import { resolveIdentity, requireViewer } from '../auth/identity';
import type { Context } from '../graphql/context';
import type { CatalogueProduct } from './catalogue-product';
import { ID, JSONObject } from '../graphql/scalars';
import { asTooComplex, ProductConditionsService } from './product-conditions.service';
import { budgetOf } from '../expressions/budget';
import { First, checkFirst, encodeCursor, pageOf, textCursor } from '../graphql/connection';
import { MAX_LIST_LENGTH } from '../graphql/limits/operation-cost';
import { allows, Scoped } from '../graphql/scope';
import { MAX_PRODUCTS, ProductService } from './product.service';
import {
  DeleteProductsInput,
  DeleteProductsPayload,
  FILTER,
  FILTER_VARIABLES,
  Product,
  ProductConnection,
  UpdateOffersInput,
  UpdateOffersPayload,
  UpsertProductsInput,
  UpsertProductsPayload,
} from './product.type';
import { isPublished, MAX_VARIANTS, ProductsReadModel } from './products.read-model';

@Resolver(() => Product)
export class ProductResolver {
  constructor(
    private readonly products: ProductsReadModel,
    private readonly service: ProductService,
    private readonly conditions: ProductConditionsService,
  ) {}

  @Scoped('STOREFRONT')
  @Query(() => Product, { nullable: true })
  product(@Ctx() context: Context, @Arg('id', () => ID) id: string): Product | null {
    const product = this.products.get(id);
    return product !== undefined && mayRead(context)(product) ? product : null;
  }

  @Scoped('STOREFRONT')
  @Query(() => ProductConnection, { name: 'products', description: 'The catalogue, or what passes the filter, by id.' })
  async list(
    @Ctx() context: Context,
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
    @Arg('filter', () => String, { nullable: true, description: FILTER }) filter?: string | null,
    @Arg('filterVariables', () => JSONObject, { nullable: true, description: FILTER_VARIABLES })
    filterVariables?: Record<string, unknown> | null,
  ): Promise<ProductConnection> {
    const viewer = requireViewer(context);
    const conditions = this.conditions.prepare({ filter, filterVariables }, viewer.scope);
    const { passes } = await conditions.forCustomer(resolveIdentity(viewer, {}), budgetOf(context));
    const id = textCursor('products', after);
    const count = checkFirst(first);
    const readable = mayRead(context);
    const isListed = (product: CatalogueProduct) => readable(product) && (passes === null || passes(product));
    const page = await context.turns
      .run(this.products.pageInSteps(id, count + 1, isListed))
      .catch((error: unknown) => Promise.reject(asTooComplex(error)));
    return pageOf(page, count, id !== undefined, (product) => encodeCursor('products', product.id));
  }

  @Scoped('STOREFRONT')
  @Extensions({ [MAX_LIST_LENGTH]: MAX_VARIANTS })
  @FieldResolver(() => [Product], { description: `The other products of its group, up to ${MAX_VARIANTS}.` })
  variants(@Root() product: Product, @Ctx() context: Context): Product[] {
    return this.products.variants(product, mayRead(context));
  }

  @Scoped('SERVER')
  @BulkItems('products', MAX_PRODUCTS)
  @Mutation(() => UpsertProductsPayload)
  upsertProducts(@Arg('input', () => UpsertProductsInput) input: UpsertProductsInput): Promise<UpsertProductsPayload> {
    return this.service.upsert(input.products);
  }

  @Scoped('SERVER')
  @BulkItems('offers', MAX_PRODUCTS)
  @Mutation(() => UpdateOffersPayload, { description: 'Price and stock only: cheap.' })
  updateOffers(@Arg('input', () => UpdateOffersInput) input: UpdateOffersInput): Promise<UpdateOffersPayload> {
    return this.service.updateOffers(input.offers);
  }

  @Scoped('SERVER')
  @BulkItems('ids', MAX_PRODUCTS)
  @Mutation(() => DeleteProductsPayload)
  deleteProducts(@Arg('input', () => DeleteProductsInput) input: DeleteProductsInput): Promise<DeleteProductsPayload> {
    return this.service.delete(input.ids);
  }
}

/** Returns a function that tests whether the caller may read a product. Storefront keys read only published ones. */
function mayRead(context: Context): (product: Product) => boolean {
  if (allows(requireViewer(context).scope, 'SERVER')) return () => true;
  const now = Date.now();
  return (product) => isPublished(product, now);
}
