import { withShownTexts } from '../graphql/shown-text';
import type { AddressInput } from './shipment-input.type';

/** Stored characters of a postcode: enough for a region, not for a street. */
const POSTCODE_PREFIX = 3;

/** Returns an address without characters that can't be seen. */
export function shownAddress(address: AddressInput | null | undefined): AddressInput | null | undefined {
  return address && withShownTexts(address, ['name', 'country', 'postcode']);
}

/** Returns what is stored of the postcode; null if it is unknown. */
export function postcodePrefixOf(address: AddressInput | null | undefined): string | null {
  // By code points: half of a surrogate pair can't be stored.
  const characters = [...(address?.postcode?.replaceAll(/\s/g, '') ?? '')].slice(0, POSTCODE_PREFIX);
  return characters.length === 0 ? null : characters.join('').toUpperCase();
}
