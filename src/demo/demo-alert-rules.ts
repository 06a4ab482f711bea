import type { AlertRuleInput } from '../monitoring/alerts/alert.type';
import { LAST_HOUR_STREAM } from './demo-streams';

/**
 * Revenue of an hour in euros that is far below what is usual: the simulated visitors spend some 300 to 3,500 EUR an
 * hour. Synthetic.
 */
const LOW_REVENUE = 150;

/**
 * The alert rules of the demo shop. While its visitors are simulated, they don't fire: there is an order at least every
 * half an hour. After a start, the condition is met until the first orders, and `for` is longer than that.
 */
export const DEMO_ALERT_RULES: readonly AlertRuleInput[] = [
  {
    id: 'no-orders',
    description:
      'No orders for an hour. Place a test order: does the checkout work, and can customers pay? (In the demo: DEMO_TRAFFIC=off stops its visitors.)',
    source: 'WINDOWS',
    stream: LAST_HOUR_STREAM,
    condition: 'window.orders < 1.0',
    for: 'PT30M',
    severity: 'CRITICAL',
  },
  {
    id: 'low-revenue',
    description: `Revenue below what is usual: less than ${LOW_REVENUE} EUR in the last hour. Look at Business: are there fewer visits, or do fewer of them end with an order?`,
    source: 'WINDOWS',
    stream: LAST_HOUR_STREAM,
    condition: `window.revenue < ${LOW_REVENUE.toFixed(1)}`,
    clearCondition: `window.revenue >= ${(2 * LOW_REVENUE).toFixed(1)}`,
    for: 'PT45M',
    severity: 'WARNING',
  },
];
