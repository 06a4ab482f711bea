/** The operations of alert tests, and a receiver of webhooks. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

const ALERT = `{
  id ruleId key state severity revision observed startedAt firedAt resolvedAt acknowledgedAt acknowledgedBy note
}`;
export const CREATE_RULE = `mutation($rule: AlertRuleInput!) {
  written: createAlertRule(input: { rule: $rule }) { errors { code path message } rule { id fault forSeconds } }
}`;
export const UPDATE_RULE = CREATE_RULE.replace('createAlertRule', 'updateAlertRule');
export const SILENCE_RULE = `mutation($id: ID!, $until: DateTime) {
  silenceAlertRule(input: { id: $id, until: $until }) { errors { code } rule { silencedUntil } }
}`;
export const DELETE_RULE = 'mutation($id: ID!) { deleteAlertRule(input: { id: $id }) { errors { code } } }';
export const RULES = '{ alertRules { id fault evaluatedAt } }';
export const ACKNOWLEDGE = `mutation($id: ID!, $note: String) {
  acknowledgeAlert(input: { id: $id, note: $note }) { errors { code } alert ${ALERT} }
}`;
export const ALERTS = `query($ruleId: ID, $states: [AlertState!]) {
  alerts(ruleId: $ruleId, states: $states, first: 20) {
    nodes ${ALERT.replace('}', 'history { revision state by } deliveries { id state attempts lastStatus lastError } }')}
    pageInfo { hasNextPage }
  }
}`;
export const ALERT_UPDATED = `subscription { alertUpdated ${ALERT} }`;
export const CREATE_WEBHOOK = `mutation($input: CreateAlertWebhookInput!) {
  written: createAlertWebhook(input: $input) { secret errors { code path } webhook { id url } }
}`;
export const TEST_WEBHOOK = `mutation($id: ID!) {
  tested: testAlertWebhook(input: { id: $id }) { delivered status reason milliseconds errors { code path } }
}`;
export const PREVIEW_RULE = `query($rule: AlertRuleInput!) {
  preview: previewAlertRule(input: $rule) {
    from to looks fired raised observed { name least greatest } errors { code path message }
    alerts { key state startedAt firedAt resolvedAt observed }
  }
}`;

export interface PreviewAnswer {
  readonly preview: {
    readonly from: string | null;
    readonly to: string | null;
    readonly looks: number;
    readonly fired: number;
    readonly raised: number;
    readonly observed: readonly { readonly name: string; readonly least: number; readonly greatest: number }[];
    readonly errors: readonly { readonly code: string; readonly path: string | null; readonly message: string }[];
    readonly alerts: readonly Pick<
      AlertAnswer,
      'key' | 'state' | 'startedAt' | 'firedAt' | 'resolvedAt' | 'observed'
    >[];
  };
}

export interface AlertAnswer {
  readonly id: string;
  readonly ruleId: string;
  readonly key: string;
  readonly state: string;
  readonly revision: number;
  readonly observed: Record<string, unknown>;
  readonly startedAt: string;
  readonly firedAt: string | null;
  readonly resolvedAt: string | null;
  readonly acknowledgedBy: string | null;
}
export interface AlertsAnswer {
  readonly alerts: {
    readonly nodes: readonly (AlertAnswer & {
      readonly history: readonly { revision: number; state: string; by: string | null }[];
      readonly deliveries: readonly {
        id: string;
        state: string;
        attempts: number;
        lastStatus: number | null;
        lastError: string | null;
      }[];
    })[];
  };
}
export interface RuleWritten {
  readonly written: {
    readonly errors: readonly { code: string; path: string | null; message: string }[];
    readonly rule: { readonly id: string; readonly forSeconds: number } | null;
  };
}

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly status: number;
}

/**
 * A local server that receives webhooks and stores the requests. @param statusOf returns the status of the n-th
 * request, from 0
 */
export async function startReceiver(statusOf: (n: number) => number) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const status = statusOf(received.length);
      received.push({ headers: request.headers, body, status });
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

/** Verifies the signature as the documentation describes it for a receiver. */
export function isSigned({ headers, body }: Pick<Received, 'headers' | 'body'>, secret: string): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return false;
    throw error;
  }
}
