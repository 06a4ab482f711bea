/** @module @freshet/client: a typed client for a shop's GraphQL endpoint. */
export { createClient, type Client, type ClientOptions, type ConnectionState, type Sink } from './client';
export { type IdentifiedEvent, type StorefrontEvent } from './event-batch';
export {
  graphql,
  readFragment,
  type FragmentOf,
  type ResultOf,
  type TadaDocumentNode,
  type VariablesOf,
} from './graphql';
export { RequestError } from './request-error';
export { type CustomerToken, type Token } from './session';
export { storefront, type Storefront, type StorefrontOptions } from './storefront';
