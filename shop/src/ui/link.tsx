import type { ComponentChildren } from 'preact';
import { BASE, go, type Via } from '../app/address';

/** A real link, to be opened in a tab of its own as well; a plain click stays on the page. */
export function Link(props: {
  readonly to: string;
  readonly via?: Via;
  readonly class?: string;
  readonly label?: string;
  readonly current?: boolean;
  readonly onFollow?: () => void;
  readonly children: ComponentChildren;
}) {
  return (
    <a
      href={BASE + props.to}
      class={props.class}
      aria-label={props.label}
      aria-current={props.current ? 'page' : undefined}
      onClick={(event) => {
        props.onFollow?.();
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        go(props.to, { via: props.via });
      }}
    >
      {props.children}
    </a>
  );
}
