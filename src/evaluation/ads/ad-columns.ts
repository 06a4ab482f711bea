/** An item of `--columns`: what a column is used for, and its name. */
export interface AdColumn {
  readonly role: 'click' | 'time' | 'feature' | 'skip';
  readonly name: string;
}

/** Where the columns are in the fields of a line. */
export interface AdColumnPlaces {
  /** Whether the first line names the columns. */
  readonly hasHeader: boolean;
  readonly click: number;
  readonly time: number | undefined;
  /** Of the features, in the order of `--columns`. */
  readonly features: readonly number[];
}

const CLICK_PREFIX = 'click=';
const TIME_PREFIX = 'time=';
const SKIPPED = '-';

/**
 * Parses the value of `--columns`: names separated by commas. `click=NAME` is the label, `time=NAME` the order, `-` a
 * column that is not used, and any other name a feature.
 * @throws Error for a list without one click, without features, or with a name twice
 */
export function parseAdColumns(text: string): AdColumn[] {
  const columns = text.split(',').map((item) => columnOf(item.trim()));
  for (const role of ['click', 'time'] as const) {
    const count = columns.filter((column) => column.role === role).length;
    if (count > 1) throw new Error(`--columns names ${count} columns by ${role}=; at most one is allowed`);
    if (count === 0 && role === 'click')
      throw new Error('--columns must name the column of the label by click=NAME, such as --columns click=clicked,ad');
  }
  const used = columns.filter(({ role }) => role === 'click' || role === 'feature').map(({ name }) => name);
  const repeated = used.find((name, at) => used.indexOf(name) !== at);
  if (repeated !== undefined) throw new Error(`--columns names ${repeated} twice`);
  if (used.length < 2) throw new Error('--columns must name at least one feature besides the click');
  return columns;
}

/** Returns the names of the features, in the order of `--columns`. */
export function featureNames(columns: readonly AdColumn[]): string[] {
  return columns.filter(({ role }) => role === 'feature').map(({ name }) => name);
}

/**
 * Finds the columns. The first line is a header unless its field at the place that the click has in `--columns` is a
 * label. With a header, names are looked up in it; without one, the places are those in `--columns`.
 * @param first the fields of the first line
 * @throws Error if a name is missing in the header, or if the first line has fewer fields than `--columns` has names
 */
export function placeAdColumns(columns: readonly AdColumn[], first: readonly string[]): AdColumnPlaces {
  const clickPlace = columns.findIndex(({ role }) => role === 'click');
  const hasHeader = clickLabel(first[clickPlace] ?? '') === undefined;
  const placeOf = (column: AdColumn): number => {
    const place = hasHeader ? first.indexOf(column.name) : columns.indexOf(column);
    if (place >= 0) return place;
    throw new Error(
      `--columns: the first line has no column ${column.name}; it has ${first.join(', ')}. In a file without a header, ` +
        `field ${clickPlace + 1} of the first line must be 0, 1, true or false, as click= is number ${clickPlace + 1} of --columns`,
    );
  };
  if (!hasHeader && first.length < columns.length)
    throw new Error(`the first line has ${first.length} fields; --columns names ${columns.length} columns`);
  const time = columns.find(({ role }) => role === 'time');
  return {
    hasHeader,
    click: placeOf(columns[clickPlace]),
    time: time && placeOf(time),
    features: columns.filter(({ role }) => role === 'feature').map(placeOf),
  };
}

/** Returns 1 for a click, 0 for none, and undefined for a text that is no label. */
export function clickLabel(text: string): 0 | 1 | undefined {
  switch (text.trim().toLowerCase()) {
    case '1':
    case '1.0':
    case 'true':
      return 1;
    case '0':
    case '0.0':
    case 'false':
      return 0;
    default:
      return undefined;
  }
}

function columnOf(item: string): AdColumn {
  if (item === SKIPPED) return { role: 'skip', name: item };
  const [role, name] = item.startsWith(CLICK_PREFIX)
    ? (['click', item.slice(CLICK_PREFIX.length)] as const)
    : item.startsWith(TIME_PREFIX)
      ? (['time', item.slice(TIME_PREFIX.length)] as const)
      : (['feature', item] as const);
  if (name === '') throw new Error(`--columns has an empty name${item === '' ? '' : ` after ${item}`}`);
  return { role, name };
}
