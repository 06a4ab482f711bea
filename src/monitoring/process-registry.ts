import { collectDefaultMetrics, Registry } from 'prom-client';

/** Creates a registry with the default metrics of a process: CPU, memory, event loop, garbage collection. */
export function processRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
