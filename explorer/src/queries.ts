/** The tabs that the explorer opens with, in the order of a first walk through the shop. */
export const QUERIES: readonly string[] = [
  `# 1. Press the button with the triangle, or Ctrl-Enter.
#    The key stands under "Headers" below, and is shared by all tabs. The demo shop's public key is filled in.
#    Any other shop needs a key of its own: npm run -s freshet -- key create --scope storefront
query Trending {
  recommendations(input: { intent: TRENDING }, first: 5) {
    nodes { id title price { amount currency } }
  }
}
`,
  `# 2. Search: with a typing error, facets and highlighted words.
query Search {
  search(input: { query: "lmap", facets: [{ field: "brand", first: 5 }] }, first: 5) {
    totalCount
    correctedQuery
    facets { field values { value count } }
    edges { node { title } highlights { field fragments { text matched } } }
  }
}
`,
  `# 3. A visit. With a storefront key, the token says who the visitor is.
#    Add it under "Headers" for tabs 4 and 5: { "x-api-key": "…", "authorization": "Bearer <token>" }
mutation Visit {
  startSession { token expiresAt }
}
`,
  `# 4. A list that stays current. Start it, then run tab 5 in a second window with the same headers.
#    With a server or admin key, name the customer under "Variables" instead: { "customer": "demo-customer-1" }
subscription Live($customer: ID) {
  recommendationsUpdated(input: { intent: PERSONAL, customerId: $customer }, first: 5) {
    revision
    nodes { title }
  }
}
`,
  `# 5. An event, as the visitor of tab 3 (or, with a server or admin key, as $customer).
#    A query with the receipt as \`awaitReceipt\` waits until the event counts.
mutation View($customer: ID, $product: ID = "demo-05-01") {
  recordEvents(input: { events: [{ type: VIEW, customerId: $customer, productId: $product }] }) {
    accepted
    receipt
    errors { index code message }
  }
}
`,
  `# 6. What one customer sees, and why. This needs a server or admin key: the admin key was printed at the first start.
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
