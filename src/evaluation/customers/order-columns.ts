/** What a column of an order file can hold. */
export const ORDER_ROLES = ['customer', 'date', 'amount', 'price', 'quantity', 'order', 'product'] as const;
export type OrderRole = (typeof ORDER_ROLES)[number];

/** Index of the column of each role; roles without a column are absent. */
export type OrderColumns = Readonly<Partial<Record<OrderRole, number>>>;

/** Names of columns that are recognised in a header, in lower case without spaces, hyphens, underscores and dots. */
const KNOWN_NAMES: Readonly<Record<OrderRole, readonly string[]>> = {
  customer: ['customer', 'customerid', 'custid', 'client', 'clientid', 'user', 'userid', 'buyer', 'buyerid'],
  date: [
    'date',
    'orderdate',
    'invoicedate',
    'purchasedate',
    'transactiondate',
    'datetime',
    'timestamp',
    'time',
    'placedat',
    'orderedat',
    'createdat',
    'occurredat',
  ],
  amount: [
    'amount',
    'total',
    'ordertotal',
    'orderamount',
    'ordervalue',
    'totalamount',
    'totalprice',
    'linetotal',
    'lineamount',
    'value',
    'revenue',
    'sales',
    'dollarvalue',
    'netamount',
    'spend',
  ],
  price: ['price', 'unitprice', 'itemprice'],
  quantity: ['quantity', 'qty', 'units'],
  order: ['order', 'orderid', 'orderno', 'ordernumber', 'invoice', 'invoiceno', 'invoiceid', 'transactionid'],
  product: ['product', 'productid', 'productcode', 'sku', 'item', 'itemid', 'stockcode', 'asin'],
};

const normalize = (name: string): string => name.toLowerCase().replace(/[\s_.-]/g, '');

/** Returns the columns that the names of a header are known for; the first of several. */
export function columnsOfHeader(header: readonly string[]): OrderColumns {
  const columns: Partial<Record<OrderRole, number>> = {};
  for (const role of ORDER_ROLES) {
    // The first known name wins, wherever its column is.
    for (const name of KNOWN_NAMES[role]) {
      const at = header.findIndex((each) => normalize(each) === name);
      if (at < 0) continue;
      columns[role] = at;
      break;
    }
  }
  return columns;
}

/** Roles of a header's names that are listed without their roles. */
const LISTED_ROLES = ['customer', 'date', 'amount', 'product', 'quantity'] as const;

/**
 * Returns the columns that `--columns` names. There are three ways: roles by position (`order,customer,-,date,amount`;
 * other names skip a column), a header's names by role (`customer=Client,date=Day,amount=Sum`), or a header's names for
 * customer, date, amount, product and quantity, in this order (`Client,Day,Sum`).
 * @param header the fields of the file's first line
 * @throws Error if a name is missing in the header or occurs twice, or if customer, date or amount is missing
 */
export function columnsNamed(names: readonly string[], header: readonly string[]): OrderColumns {
  const columns: Partial<Record<OrderRole, number>> = {};
  const assign = (role: string, at: number): void => {
    const known = ORDER_ROLES.find((each) => each === role);
    if (known === undefined)
      throw new Error(`--columns: there is no column role ${role}; the roles are ${ORDER_ROLES.join(', ')}`);
    if (columns[known] !== undefined) throw new Error(`--columns names ${role} twice`);
    columns[known] = at;
  };
  const inHeader = (name: string): number => {
    const at = header.indexOf(name);
    if (at < 0) throw new Error(`--columns: the first line has no column ${name}; it has ${header.join(', ')}`);
    return at;
  };
  const isRole = (name: string): boolean => ORDER_ROLES.some((role) => role === name);
  if (names.some((name) => name.includes('='))) {
    for (const name of names) {
      const equals = name.indexOf('=');
      assign(equals < 0 ? name : name.slice(0, equals), inHeader(name.slice(equals + 1)));
    }
  } else if (names.some(isRole) && (names.every(isRole) || !names.every((name) => header.includes(name)))) {
    // Names that are the header's own say where the columns are; otherwise their position does.
    const roles = names.filter(isRole);
    const areInHeader = roles.every((role) => header.includes(role));
    names.forEach((name, at) => {
      if (isRole(name)) assign(name, areInHeader ? header.indexOf(name) : at);
    });
  } else names.forEach((name, at) => assign(LISTED_ROLES[at] ?? name, inHeader(name)));
  const missing = missingRoles(columns);
  if (missing.length > 0) throw new Error(`--columns must name ${missing.join(', ')}`);
  return columns;
}

/** Names the required roles that have no column. A price per unit does instead of an amount. */
export function missingRoles({ customer, date, amount, price }: OrderColumns): string[] {
  const missing: string[] = [];
  if (customer === undefined) missing.push('customer');
  if (date === undefined) missing.push('date');
  if (amount === undefined && price === undefined) missing.push('amount');
  return missing;
}
