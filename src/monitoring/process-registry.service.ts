import { collectDefaultMetrics, Registry } from 'prom-client';

/** What a process tells of itself, by the usual names: CPU, memory, event loop, garbage collection. */
export function processRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
