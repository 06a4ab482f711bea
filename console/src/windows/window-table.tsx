import { shortDateTime } from '../ui/format';
import { VirtualRows } from '../ui/virtual-rows';
import { placeOf, type ShownWindows, textOf } from './shown-windows';

interface Props {
  readonly label: string;
  readonly windows: ShownWindows;
  readonly aggregates: readonly string[];
  readonly hasKeys: boolean;
}

/** The newest first. */
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
        ...aggregates.map((title) => ({ title, class: 'figure' })),
      ]}
      cellsOf={({ window, mark }) => [
        shortDateTime(window.start),
        ...(hasKeys ? [window.key] : []),
        <span class={`mark-name ${mark}`}>{mark}</span>,
        window.events,
        ...aggregates.map((name) => textOf(window, name)),
      ]}
    />
  );
}
