/**
 * A separate process: Apollo Server on Express, with a resolver whose result is precomputed and has the shape that
 * searches request.
 */
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import type { AddressInfo } from 'node:net';

const typeDefs = `
  input FacetRequest { field: String!, interval: Float }
  input SearchInput { query: String, facets: [FacetRequest!] }
  type FacetValue { value: String!, count: Int! }
  type FacetRange { from: Float!, to: Float!, count: Int! }
  type Facet { field: String!, values: [FacetValue!]!, ranges: [FacetRange!]! }
  type Money { amount: String!, currency: String! }
  type Product { id: ID!, title: String!, brand: String, url: String, availability: String!, price: Money }
  type Fragment { text: String!, matched: Boolean! }
  type Highlight { field: String!, fragments: [Fragment!]! }
  type Edge { node: Product!, highlights: [Highlight!]! }
  type Connection { totalCount: Int!, facets: [Facet!]!, edges: [Edge!]! }
  type Query { search(input: SearchInput!, first: Int): Connection! }
`;

const values = Array.from({ length: 10 }, (_, n) => ({ value: `vendor ${n}`, count: 100 - n }));
const ranges = Array.from({ length: 8 }, (_, n) => ({ from: n * 50, to: n * 50 + 50, count: 100 - n }));
const fragments = [
  { text: 'tools to work with ', matched: false },
  { text: 'library', matched: true },
  { text: ' files and what else may be said of them in a line or two of text', matched: false },
];
const answer = {
  totalCount: 1_234,
  facets: [
    { field: 'brand', values, ranges: [] },
    { field: 'categories', values, ranges: [] },
    { field: 'price', values: [], ranges },
  ],
  edges: Array.from({ length: 20 }, (_, n) => ({
    node: {
      id: `p${n}`,
      title: 'tools to work with library files',
      brand: 'vendor 1',
      url: null,
      availability: 'IN_STOCK',
      price: { amount: '12.50', currency: 'EUR' },
    },
    highlights: [
      { field: 'title', fragments },
      { field: 'description', fragments },
    ],
  })),
};

async function main(): Promise<void> {
  const server = new ApolloServer({ typeDefs, resolvers: { Query: { search: () => answer } } });
  await server.start();
  const app = express();
  app.use('/graphql', express.json(), expressMiddleware(server));
  const listening = app.listen(0, '127.0.0.1', () => {
    process.send?.({ port: (listening.address() as AddressInfo).port });
  });
}

void main();
