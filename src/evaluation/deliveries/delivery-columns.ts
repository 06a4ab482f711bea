import { TRANSIT_STAGES, type TransitStage } from '../../logistics/parcel';

/** Columns with a time: those of the scans, the delivery and the promised delivery. */
export const TIME_ROLES = [...TRANSIT_STAGES, 'DELIVERED', 'PROMISED'] as const;
export type TimeRole = (typeof TIME_ROLES)[number];
export const TEXT_ROLES = ['id', 'carrier', 'service', 'origin', 'origin-country', 'destination', 'country'] as const;
export type TextRole = (typeof TEXT_ROLES)[number];
export type DeliveryRole = TimeRole | TextRole;
const ROLES: readonly DeliveryRole[] = [...TEXT_ROLES, ...TIME_ROLES];

/** Index of the column of each role; roles without a column are absent. */
export type DeliveryColumns = Readonly<Partial<Record<DeliveryRole, number>>>;

/** Names of columns that are recognised in a header, besides those of the roles. */
const KNOWN_NAMES: Readonly<Partial<Record<DeliveryRole, readonly string[]>>> = {
  id: ['parcel', 'parcelid', 'shipment', 'shipmentid', 'order', 'orderid', 'trackingnumber'],
  service: ['servicelevel', 'shippingmode', 'shipmode', 'shippingmethod'],
  origin: ['warehouse', 'from', 'sellerstate', 'sellercity'],
  destination: ['to', 'postcode', 'zip', 'region', 'customerstate', 'state'],
  country: ['destinationcountry'],
  LABEL_CREATED: ['ordered', 'orderedat', 'orderdate', 'createdat', 'orderpurchasetimestamp', 'ordertime'],
  PICKED_UP: ['shipped', 'shippedat', 'shipdate', 'shippingdate', 'orderdeliveredcarrierdate', 'pickuptime'],
  DELIVERED: ['deliveredat', 'deliverydate', 'orderdeliveredcustomerdate', 'deliverytime'],
  PROMISED: ['promisedat', 'estimateddelivery', 'orderestimateddeliverydate'],
};

/** Lower case, without spaces, hyphens, underscores and dots. */
const normalize = (name: string): string => name.toLowerCase().replace(/[\s_.-]/g, '');

const roleNamed = (name: string): DeliveryRole | undefined => ROLES.find((role) => normalize(role) === normalize(name));

/**
 * Returns the columns of a file of parcels.
 * @param header the fields of the file's first line
 * @param names value of `--columns`: a column's name by role, such as `picked-up=Shipped`. Default: known names
 * @throws Error if a name is missing in the header, or if neither the delivery nor an earlier time has a column
 */
export function deliveryColumns(header: readonly string[], names: readonly string[] | undefined): DeliveryColumns {
  const columns: Partial<Record<DeliveryRole, number>> = {};
  if (names === undefined) {
    for (const role of ROLES) {
      const known = [normalize(role), ...(KNOWN_NAMES[role] ?? [])];
      const at = header.findIndex((name) => known.includes(normalize(name)));
      if (at >= 0) columns[role] = at;
    }
  } else {
    for (const name of names) {
      const equals = name.indexOf('=');
      const roleText = equals < 0 ? name : name.slice(0, equals);
      const role = roleNamed(roleText);
      if (role === undefined)
        throw new Error(
          `--columns: there is no column role ${roleText}; the roles are ${ROLES.map(optionName).join(', ')}`,
        );
      if (columns[role] !== undefined) throw new Error(`--columns names ${optionName(role)} twice`);
      const at = header.indexOf(name.slice(equals + 1));
      if (at < 0)
        throw new Error(
          `--columns: the first line has no column ${name.slice(equals + 1)}; it has ${header.join(', ')}`,
        );
      columns[role] = at;
    }
  }
  if (columns.DELIVERED === undefined || !TRANSIT_STAGES.some((stage) => columns[stage] !== undefined))
    throw new Error(
      'the first line must name a column with the time of delivery and one with an earlier time; ' +
        'name them by --columns, such as --columns label-created=ORDERED,delivered=DELIVERED,destination=STATE',
    );
  return columns;
}

/** Returns the name of a role on the command line. */
function optionName(role: DeliveryRole): string {
  return role.toLowerCase().replaceAll('_', '-');
}

/** Returns the stages that have a column. */
export function stagesOf(columns: DeliveryColumns): TransitStage[] {
  return TRANSIT_STAGES.filter((stage) => columns[stage] !== undefined);
}
