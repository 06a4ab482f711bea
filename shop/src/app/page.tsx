import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { address } from './address';
import { scrollPositionOf } from './scroll';
import { useShop } from './shop';

/**
 * Renders a page's heading and content. After a link, the heading has the focus. After going back, the previous scroll
 * position is restored as soon as the content has loaded (`ready`).
 */
export function Page(props: {
  readonly title: string;
  readonly heading?: ComponentChildren;
  readonly ready: boolean;
  readonly children: ComponentChildren;
  readonly class?: string;
  /** Shows the heading to screen readers only. */
  readonly hideHeading?: boolean;
}) {
  const { name } = useShop();
  const heading = useRef<HTMLHeadingElement>(null);
  const { entry, by } = address.value;
  useEffect(() => {
    document.title = `${props.title} · ${name}`;
  }, [props.title]);
  useLayoutEffect(() => {
    if (by === 'link') heading.current?.focus({ preventScroll: true });
    if (by === 'link') scrollTo({ top: 0, behavior: 'instant' });
  }, [entry]);
  useLayoutEffect(() => {
    if (props.ready && by !== 'link' && by !== 'typing')
      scrollTo({ top: scrollPositionOf(entry), behavior: 'instant' });
  }, [entry, props.ready]);
  return (
    <main id="content" class={`page ${props.class ?? ''}`}>
      <h1 ref={heading} tabIndex={-1} class={props.hideHeading ? 'unseen' : undefined}>
        {props.heading ?? props.title}
      </h1>
      {props.children}
    </main>
  );
}
