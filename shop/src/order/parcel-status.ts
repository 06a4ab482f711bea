const STATUS_NAMES: Readonly<Record<string, string>> = {
  PENDING: 'Ready for the carrier',
  LABEL_CREATED: 'Ready for the carrier',
  PICKED_UP: 'The carrier has it',
  HUB_IN: 'On its way',
  HUB_OUT: 'On its way',
  CUSTOMS: 'In customs',
  OUT_FOR_DELIVERY: 'Out for delivery',
  DELIVERY_ATTEMPTED: 'Could not be delivered; the carrier tries again',
  AVAILABLE_FOR_PICKUP: 'Ready for you at the parcel shop',
  DELIVERED: 'Delivered',
  EXCEPTION: 'Delayed',
  RETURNING: 'On its way back to the shop',
  RETURNED: 'Back at the shop',
  LOST: 'The carrier has lost it',
  EXPIRED: 'No news from the carrier',
  VOIDED: 'Recorded by mistake',
};

export const nameOfParcelStatus = (status: string): string => STATUS_NAMES[status] ?? status;
