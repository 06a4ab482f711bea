import type { ComponentChildren } from 'preact';
import { BASE, go, type ListOrigin } from '../app/address';

/** A link that can be opened in a new tab; a plain click navigates without reloading the page. */
export function Link(props: {
  readonly to: string;
  readonly via?: ListOrigin;
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
