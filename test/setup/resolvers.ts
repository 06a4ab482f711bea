import 'reflect-metadata';
import type { ApiModule } from '../../src/rooms/room';
import { SHOP } from '../../src/shop';

/** The classes of resolvers of all rooms. Unlike `resolverClasses`, they are there before jest looks for tests. */
export const RESOLVERS = SHOP.filter(({ api }) => api !== undefined).flatMap(({ name }) => {
  const { resolvers = [], prepareSchema } = jest.requireActual<ApiModule>(`../../src/${name}/api`);
  prepareSchema?.(SHOP);
  return [...resolvers];
});
