import type { ComponentChildren } from 'preact';
import { followInPage } from './router';

interface Props {
  readonly href: string;
  readonly current?: boolean;
  readonly class?: string;
  readonly children: ComponentChildren;
}

export function Link({ href, current = false, class: name, children }: Props) {
  return (
    <a href={href} class={name} aria-current={current ? 'page' : undefined} onClick={followInPage}>
      {children}
    </a>
  );
}
