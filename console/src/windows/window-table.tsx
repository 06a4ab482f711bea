import { shortDateTime } from '../ui/format';
import { VirtualRows } from '../ui/virtual-rows';
import { placeOf, shownKey, type ShownWindows, textOf } from './shown-windows';

interface Props {
  readonly label: string;
  readonly windows: ShownWindows;
  readonly aggregates: readonly { readonly name: string; readonly kind: string }[];
  readonly hasKeys: boolean;
}

/** Returns whether an aggregate has several values per cell; they are shown in one truncated line. */
const isList = (kind: string) => kind === 'TOP' || kind === 'QUANTILES';

/** Lists windows, the newest first. */
export function WindowTable({ label, windows, aggregates, hasKeys }: Props) {
  const rows = [...windows.values()].sort((a, b) => (placeOf(a.window) < placeOf(b.window) ? 1 : -1));
  return (
    <VirtualRows
      label={label}
      rows={rows}
      rowHeight={38}
      keyOf={({ window }) => placeOf(window)}
      columns={[
        { title: 'From', class: 'wide nowrap' },
        ...(hasKeys ? [{ title: 'Key' }] : []),
        { title: 'State' },
        { title: 'Events', class: 'figure' },
        ...aggregates.map(({ name, kind }) => ({ title: name, class: isList(kind) ? 'list' : 'figure' })),
      ]}
      cellsOf={({ window, mark }) => [
        shortDateTime(window.start),
        ...(hasKeys ? [shownKey(window.key)] : []),
        <span class={`mark-name ${mark}`}>{mark}</span>,
        window.events,
        ...aggregates.map(({ name, kind }) => {
          const text = textOf(window, name);
          return isList(kind) ? <span title={text}>{text}</span> : text;
        }),
      ]}
    />
  );
}
