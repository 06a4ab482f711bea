/** @module @freshet/client: a typed client for a shop's GraphQL endpoint. */
export {
  createClient,
  type Client,
  type ClientOptions,
  type ConnectionState,
  type RequestOptions,
  type Sink,
} from './client.ts';
export { type IdentifiedEvent, type StorefrontEvent } from './event-batch.ts';
export {
  graphql,
  readFragment,
  type FragmentOf,
  type ResultOf,
  type TadaDocumentNode,
  type VariablesOf,
} from './graphql.ts';
export { keepSubscribed } from './keep-subscribed.ts';
export { RequestError } from './request-error.ts';
export { type CustomerToken, type Token } from './session.ts';
export { storefront, type Storefront, type StorefrontOptions } from './storefront.ts';
