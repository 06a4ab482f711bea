import type { ItemFault } from '../ui/item-fault';

/** Of a part's own path, such as `stream.keys[0].name`, that of the stream's. */
const within = (path: string) => path.replace(/^(input\.)?stream\./, '');

const isAt = (path: string, place: string) =>
  path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`);

/** The faults of a place in the form, and of what is in it. */
export const faultsAt = (faults: readonly ItemFault[], place: string): ItemFault[] =>
  faults.filter(({ path }) => path !== null && isAt(within(path), place));

/** Those that no place shows. */
export const faultsElsewhere = (faults: readonly ItemFault[], places: readonly string[]): ItemFault[] =>
  faults.filter(({ path }) => path === null || !places.some((place) => isAt(within(path), place)));
