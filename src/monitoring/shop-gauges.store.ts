import type { Pool } from '../platform/postgres';
import { queryOne, queryRows } from '../platform/sql';
import { OPEN_ALERTS } from './alerts/alert.store';

export function readWatermarkDelays(pool: Pool) {
  return queryRows<{ stream: string; delay: number }>(pool, {
    name: 'watermark-delays',
    text: `SELECT s.id AS stream, extract(epoch FROM now() - v.watermark)::float8 AS delay
           FROM streams s JOIN stream_versions v ON v.stream = s.id AND v.version = s.shown
           WHERE v.state = 'LIVE' AND v.watermark IS NOT NULL`,
  });
}

export function readPostgresFigures(pool: Pool) {
  return queryOne<{ connections: number; buffers: number }>(pool, {
    name: 'postgres-figures',
    text: `SELECT (SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database()) AS connections,
           pg_size_bytes(current_setting('shared_buffers'))::float8 AS buffers`,
  });
}

export function countOpenAlerts(pool: Pool) {
  return queryRows<{ state: string; severity: string; alerts: number }>(pool, {
    name: 'open-alerts',
    text: `SELECT state, severity, count(*)::int AS alerts FROM alerts WHERE ${OPEN_ALERTS} GROUP BY state, severity`,
  });
}

export function countDeliveries(pool: Pool) {
  return queryOne<{ waiting: number; failed: number }>(pool, {
    name: 'deliveries-undone',
    text: `SELECT (SELECT count(*)::int FROM webhook_deliveries WHERE state = 'WAITING') AS waiting,
           (SELECT count(*)::int FROM webhook_deliveries WHERE state = 'FAILED') AS failed`,
  });
}

export function countRecentEvents(pool: Pool, rateSeconds: number, rateBatches: number) {
  return queryOne<{ events: number | null; batches: number; span: number | null }>(pool, {
    name: 'events-per-second',
    text: `SELECT sum(events)::float8 AS events, count(*)::int AS batches, extract(epoch FROM now() - min(committed_at))::float8 AS span
           FROM (SELECT events, committed_at FROM log_batches ORDER BY position DESC LIMIT $2) newest
           WHERE committed_at > now() - $1 * interval '1 s'`,
    values: [rateSeconds, rateBatches],
  });
}

export async function readDatabaseSize(pool: Pool): Promise<number> {
  const row = await queryOne<{ bytes: number }>(pool, 'SELECT pg_database_size(current_database()) AS bytes');
  return row.bytes;
}
