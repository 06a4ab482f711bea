const AVAILABILITY: Readonly<Record<string, string>> = {
  IN_STOCK: 'In stock',
  OUT_OF_STOCK: 'Out of stock',
  PREORDER: 'Available for preorder',
  DISCONTINUED: 'Discontinued',
};

/** Returns the text for a value of `availability`. */
export function availabilityText(availability: string): string {
  return AVAILABILITY[availability] ?? 'Availability on request';
}
