/** What a newcomer may want to ask first: one tab each, in the order of a first walk through the shop. */
export const QUERIES: readonly string[] = [
  `# 1. A key goes into "Headers" below: {"x-api-key": "…"}. The admin key was printed at the first start.
#    Then press the button with the triangle, or Ctrl-Enter.
query Trending {
  recommendations(input: { intent: TRENDING }, first: 5) {
    nodes { id title price { amount currency } }
  }
}
`,
  `# 2. What one customer should see, and why. (customers { … } tells who there is.)
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
  `# 3. Search, with a slip, facets and marked words.
query Search {
  search(input: { query: "lmap", facets: [{ field: "brand", first: 5 }] }, first: 5) {
    totalCount
    correctedQuery
    facets { field values { value count } }
    edges { node { title } highlights { field fragments { text matched } } }
  }
}
`,
  `# 4. A list that stays current: start it, then send the next tab's event in another window.
subscription Live($customer: ID = "demo-customer-1") {
  recommendationsUpdated(input: { intent: PERSONAL, customerId: $customer }, first: 5) {
    revision
    nodes { title }
  }
}
`,
  `# 5. An event. Its receipt, as \`awaitReceipt\`, makes a query wait until it counts.
mutation View($customer: ID = "demo-customer-1", $product: ID!) {
  recordEvents(input: { events: [{ type: VIEW, customerId: $customer, productId: $product }] }) {
    accepted
    receipt
    errors { index code message }
  }
}
`,
];
