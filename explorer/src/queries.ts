/** The tabs that the explorer opens with, in the order of a first tour. */
export const QUERIES: readonly string[] = [
  `# 1. Press the button with the triangle, or Ctrl-Enter.
#    The key is under "Headers" below and is shared by all tabs. In the demo shop, its public key is filled in.
#    For any other shop, create a key: npm run -s freshet -- key create --scope storefront
query Trending {
  recommendations(input: { intent: TRENDING }, first: 5) {
    nodes { id title price { amount currency } }
  }
}
`,
  `# 2. Search, with a typo, facets and highlighted words.
query Search {
  search(input: { query: "lmap", facets: [{ field: "brand", first: 5 }] }, first: 5) {
    totalCount
    correctedQuery
    facets { field values { value count } }
    edges { node { title } highlights { field fragments { text matched } } }
  }
}
`,
  `# 3. Start a session. With a storefront key, its token identifies the visitor.
#    Add it under "Headers" for tabs 4 and 5: { "x-api-key": "…", "authorization": "Bearer <token>" }
mutation Visit {
  startSession { token expiresAt }
}
`,
  `# 4. Subscribe to a list. Start the subscription, then run tab 5 in a second window with the same headers.
#    With a server or admin key, name the customer under "Variables" instead: { "customer": "demo-customer-1" }
subscription Live($customer: ID) {
  recommendationsUpdated(input: { intent: PERSONAL, customerId: $customer }, first: 5) {
    revision
    nodes { title }
  }
}
`,
  `# 5. Record an event for the visitor of tab 3 (or, with a server or admin key, for $customer).
#    A query that passes the receipt as \`awaitReceipt\` waits until the event has been applied.
mutation View($customer: ID, $product: ID = "demo-05-01") {
  recordEvents(input: { events: [{ type: VIEW, customerId: $customer, productId: $product }] }) {
    accepted
    receipt
    errors { index code message }
  }
}
`,
  `# 6. A customer's list with reasons. This needs a server or admin key: the first start printed the admin key.
query ForOneCustomer($customer: ID = "demo-customer-1") {
  recommendations(input: { intent: PERSONAL, customerId: $customer }, first: 5) {
    modelVersion
    edges {
      rank
      score
      node { title }
      reasons { source share text product { title } }
    }
  }
}
`,
];
