import { comparable } from './carrier-code';
import type { ScanType } from './parcel';

/** Scan types by code; null for codes that say nothing about the parcel. */
type Vocabulary = Readonly<Record<string, ScanType | null>>;

/**
 * AfterShip's statuses (tags), and those sub-statuses (subtags, such as `InTransit_003`) that say more than their
 * status: https://www.aftership.com/docs/tracking/enum/delivery-statuses and
 * https://www.aftership.com/docs/tracking/enum/delivery-sub-statuses. AfterShip adds sub-statuses from time to time.
 */
export const AFTERSHIP_VOCABULARY: Vocabulary = {
  Pending: null,
  InfoReceived: 'LABEL_CREATED',
  InTransit: 'HUB_OUT',
  InTransit_002: 'PICKED_UP', // accepted by the carrier
  InTransit_003: 'HUB_IN', // arrived at a hub
  InTransit_004: 'HUB_IN', // arrived in the country of the destination
  InTransit_005: 'CUSTOMS', // customs clearance completed
  InTransit_006: 'CUSTOMS', // customs clearance started
  OutForDelivery: 'OUT_FOR_DELIVERY',
  OutForDelivery_002: 'AVAILABLE_FOR_PICKUP', // of older versions
  AttemptFail: 'DELIVERY_ATTEMPTED',
  AvailableForPickup: 'AVAILABLE_FOR_PICKUP',
  Delivered: 'DELIVERED',
  Exception: 'EXCEPTION',
  Exception_010: 'RETURNING',
  Exception_011: 'RETURNED',
  Exception_013: 'LOST',
  Exception_021: 'LOST', // destroyed or discarded
  Expired: 'EXPIRED',
};

/**
 * EasyPost's statuses and status details: https://docs.easypost.com/docs/trackers. Of these, the details
 * `awaiting_information`, `status_update` and `unknown` occur with several statuses, so they say nothing alone.
 * `arrived_at_destination` is the detail of delivered parcels.
 */
export const EASYPOST_VOCABULARY: Vocabulary = {
  unknown: null,
  error: null,
  status_update: null,
  awaiting_information: null,
  pre_transit: 'LABEL_CREATED',
  label_created: 'LABEL_CREATED',
  in_transit: 'HUB_OUT',
  departed_facility: 'HUB_OUT',
  departed_origin_facility: 'HUB_OUT',
  transferred_to_destination_carrier: 'HUB_OUT',
  arrived_at_facility: 'HUB_IN',
  received_at_origin_facility: 'HUB_IN',
  received_at_destination_facility: 'HUB_IN',
  out_for_delivery: 'OUT_FOR_DELIVERY',
  available_for_pickup: 'AVAILABLE_FOR_PICKUP',
  arrived_at_pickup_location: 'AVAILABLE_FOR_PICKUP',
  delivered: 'DELIVERED',
  arrived_at_destination: 'DELIVERED',
  failure: 'EXCEPTION',
  cancelled: 'EXCEPTION',
  address_correction: 'EXCEPTION',
  damaged: 'EXCEPTION',
  delayed: 'EXCEPTION',
  delivery_exception: 'EXCEPTION',
  held: 'EXCEPTION',
  missorted: 'EXCEPTION',
  refused: 'EXCEPTION',
  transit_exception: 'EXCEPTION',
  weather_delay: 'EXCEPTION',
  return_to_sender: 'RETURNING',
  return: 'RETURNING',
  lost: 'LOST',
  expired: 'EXPIRED',
};

const TYPES = new Map(
  Object.entries({ ...AFTERSHIP_VOCABULARY, ...EASYPOST_VOCABULARY }).map(([code, type]) => [comparable(code), type]),
);
const SUBTAG_NUMBER = /_\d{3}$/;

/**
 * Returns the type of scan of a code of AfterShip or EasyPost. A sub-status of AfterShip that is not listed counts as its
 * status.
 * @param code in the form of `comparable`
 * @returns null if the code says nothing about the parcel; undefined if it is unknown
 */
export function builtInTypeOf(code: string): ScanType | null | undefined {
  const type = TYPES.get(code);
  return type === undefined ? TYPES.get(code.replace(SUBTAG_NUMBER, '')) : type;
}
