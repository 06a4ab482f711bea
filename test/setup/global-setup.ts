import { startTestServices, type TestServices } from './test-services';

declare global {
  /** Shared by setup and teardown, which jest runs in one process. */
  var freshetTestServices: TestServices | undefined;
}

/** Starts real services for the integration tests. The project of the unit tests has none, so it starts immediately. */
export default async function globalSetup(): Promise<void> {
  const services = await startTestServices();
  globalThis.freshetTestServices = services;
  process.env.TEST_DATABASE_URL = services.databaseUrl;
  process.env.TEST_REDIS_URL = services.redisUrl;
  process.env.TEST_FOLDER = services.folder;
}
