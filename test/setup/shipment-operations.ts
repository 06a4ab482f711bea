/** The operations of shipment tests, and their responses. */
export const RECORD_SHIPMENTS = `mutation($shipments: [ShipmentInput!]!) {
  recordShipments(input: { shipments: $shipments }) { accepted receipt userErrors { index code message field } }
}`;
export const RECORD_SCANS = `mutation($scans: [ScanInput!]!) {
  recordScans(input: { scans: $scans }) { accepted receipt userErrors { index code message field } }
}`;
export const CARRIER_CODES = `query($carrier: String, $first: Int, $after: String) {
  carrierCodes(carrier: $carrier, first: $first, after: $after) {
    nodes { carrier code type updatedAt } pageInfo { hasNextPage endCursor }
  }
}`;
export const UPSERT_CODES = `mutation($codes: [CarrierCodeInput!]!) {
  upsertCarrierCodes(input: { codes: $codes }) {
    accepted receipt carrierCodes { carrier code type updatedAt } userErrors { index code field message }
  }
}`;
export const DELETE_CODES = `mutation($codes: [CarrierCodeKeyInput!]!) {
  deleteCarrierCodes(input: { codes: $codes }) { accepted receipt userErrors { index code field message } }
}`;
const DAY_FIELDS = 'country date weekday delivers updatedAt';
export const DELIVERY_DAYS = `query($country: String, $first: Int, $after: String) {
  deliveryDays(country: $country, first: $first, after: $after) {
    nodes { ${DAY_FIELDS} } pageInfo { hasNextPage endCursor }
  }
}`;
export const UPSERT_DAYS = `mutation($days: [DeliveryDayInput!]!) {
  upsertDeliveryDays(input: { days: $days }) {
    accepted deliveryDays { ${DAY_FIELDS} } userErrors { index code field message }
  }
}`;
export const DELETE_DAYS = `mutation($days: [DeliveryDayKeyInput!]!) {
  deleteDeliveryDays(input: { days: $days }) { accepted userErrors { index code field message } }
}`;
const SHIPMENT_FIELDS = `id order { id status } kind carrier service trackingNumber trackingUrl
  origin { name country postcodePrefix } destination { name country postcodePrefix }
  promisedAt units { lineId quantity } status statusAt place deliveredAt failedAttempts isLate hasContradictions
  estimate { basis }
  scans { id type occurredAt timeZone place rawCode description isContradiction } revision asOf`;
export const SHIPMENT = `query($id: ID!, $receipt: ID) {
  shipment(id: $id, awaitReceipt: $receipt) { ${SHIPMENT_FIELDS} }
}`;
export const SHIPMENTS = `query($status: [ShipmentStatus!], $carrier: String, $orderId: ID, $isLate: Boolean, $isRecorded: Boolean, $isStuck: Boolean, $origin: String, $country: String,
  $first: Int, $after: String, $receipt: ID) {
  shipments(status: $status, carrier: $carrier, orderId: $orderId, isLate: $isLate, isRecorded: $isRecorded,
    isStuck: $isStuck, origin: $origin, country: $country, first: $first, after: $after, awaitReceipt: $receipt) { nodes { id } pageInfo { hasNextPage endCursor } }
}`;
export const SHIPMENT_UPDATED = 'subscription($id: ID!) { shipmentUpdated(id: $id) { id status revision } }';

export const ISSUE_ORDER_TOKEN = `mutation($orderId: ID!, $seconds: Int) {
  issueOrderToken(input: { orderId: $orderId, expiresInSeconds: $seconds }) { token expiresAt userErrors { code field } } }`;
export const REVOKE_ORDER_TOKENS =
  'mutation($orderId: ID!) { revokeOrderTokens(input: { orderId: $orderId }) { userErrors { code field } } }';
export interface IssueOrderTokenAnswer {
  readonly issueOrderToken: {
    readonly token: string | null;
    readonly userErrors: readonly { readonly code: string; readonly field: readonly string[] }[];
  };
}

export interface RecordedItems {
  readonly accepted: number;
  readonly receipt: string | null;
  readonly userErrors: readonly {
    readonly index: number;
    readonly code: string;
    readonly message: string;
    readonly field: readonly string[];
  }[];
}

export interface ShownCode {
  readonly carrier: string | null;
  readonly code: string;
  readonly type: string;
  readonly updatedAt: string;
}

export interface ShownShipment {
  readonly id: string;
  readonly order: { readonly id: string; readonly status: string } | null;
  readonly status: string;
  readonly revision: string;
  readonly scans: readonly { readonly type: string; readonly occurredAt: string; readonly isContradiction: boolean }[];
  readonly [field: string]: unknown;
}

export const VOID_SCANS = `mutation($scans: [VoidedScanInput!]!, $reason: String!) {
  voidScans(input: { scans: $scans, reason: $reason }) { accepted receipt userErrors { index code message field } }
}`;
export const VOID_SHIPMENT = `mutation($id: ID!, $reason: String!) {
  voidShipment(input: { id: $id, reason: $reason }) {
    shipment { id status voidReason } receipt userErrors { code message field }
  }
}`;
export interface VoidedShipment extends Pick<RecordedItems, 'receipt' | 'userErrors'> {
  readonly shipment: { readonly id: string; readonly status: string; readonly voidReason: string } | null;
}
