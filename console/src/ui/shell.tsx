import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useSession } from '../session/session';
import { Menu, type MenuGroup } from './menu';
import { focusSearchOnSlash } from './slash-key';
import { ThemePicker } from './theme-picker';

interface Props {
  readonly current: string | undefined;
  readonly groups: readonly MenuGroup[];
  readonly children: ComponentChildren;
}

/** The frame of all pages: menu and content. */
export function Shell({ current, groups, children }: Props) {
  const { signOut } = useSession();
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useEffect(() => focusSearchOnSlash(), []);
  useEffect(() => {
    const title = groups.flatMap(({ pages }) => pages).find(({ path }) => path === current)?.title;
    document.title = `${title === undefined ? '' : `${title} · `}Console · Freshet`;
    // A new page starts at its top, and moving the focus announces it to screen readers.
    if (!isFirst.current) main.current?.focus({ preventScroll: true });
    isFirst.current = false;
    scrollTo(0, 0);
  }, [current]);
  return (
    <div class="shell">
      <a class="skip-link" href="#main">
        Skip to the page
      </a>
      <header class="menu">
        <p class="brand">
          Freshet <span>console</span>
        </p>
        <Menu current={current} groups={groups} />
        <div class="menu-end">
          <ThemePicker />
          <button class="button quiet" onClick={signOut}>
            Sign out
          </button>
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
