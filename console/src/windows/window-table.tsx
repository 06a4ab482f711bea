import { formatShortDateTime } from '../ui/format';
import { VirtualRows } from '../ui/virtual-rows';
import { windowId, formatKey, type ShownWindows, aggregateText } from './shown-windows';

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
  const rows = [...windows.values()].sort((a, b) => (windowId(a.window) < windowId(b.window) ? 1 : -1));
  return (
    <VirtualRows
      label={label}
      rows={rows}
      rowHeight={38}
      keyOf={({ window }) => windowId(window)}
      columns={[
        { title: 'From', class: 'wide nowrap' },
        ...(hasKeys ? [{ title: 'Key' }] : []),
        { title: 'State' },
        { title: 'Events', class: 'figure' },
        ...aggregates.map(({ name, kind }) => ({ title: name, class: isList(kind) ? 'list' : 'figure' })),
      ]}
      cellsOf={({ window, mark }) => [
        formatShortDateTime(window.start),
        ...(hasKeys ? [formatKey(window.key)] : []),
        <span class={`mark-name ${mark}`}>{mark}</span>,
        window.events,
        ...aggregates.map(({ name, kind }) => {
          const text = aggregateText(window, name);
          return isList(kind) ? <span title={text}>{text}</span> : text;
        }),
      ]}
    />
  );
}
