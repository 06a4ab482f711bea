/** A separate process: Apollo Server on Express, with a resolver whose result is precomputed. */
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import type { AddressInfo } from 'node:net';

const typeDefs = `
  enum Intent { PERSONAL }
  input RecommendationsInput { intent: Intent!, customerId: ID, exclude: [ID!] }
  type Product { id: ID!, title: String!, brand: String, categories: [String!]!, url: String }
  type Recommendations { nodes: [Product!]! }
  type Query { recommendations(input: RecommendationsInput!, first: Int): Recommendations! }
`;

const nodes = Array.from({ length: 10 }, (_, n) => ({
  id: `8512${n}A`,
  title: 'WHITE HANGING HEART T-LIGHT HOLDER',
  brand: null,
  categories: [],
  url: null,
}));

async function main(): Promise<void> {
  const server = new ApolloServer({ typeDefs, resolvers: { Query: { recommendations: () => ({ nodes }) } } });
  await server.start();
  const app = express();
  app.use('/graphql', express.json(), expressMiddleware(server));
  const listening = app.listen(0, '127.0.0.1', () => {
    process.send?.({ port: (listening.address() as AddressInfo).port });
  });
}

void main();
