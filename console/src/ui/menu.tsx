import type { ComponentType } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { Link } from './link';
import { hrefOf } from './router';

export interface MenuGroup {
  readonly title: string;
  readonly pages: readonly { readonly path: string; readonly title: string; readonly Badge?: ComponentType }[];
}

interface Props {
  readonly current: string | undefined;
  readonly groups: readonly MenuGroup[];
}

/** The menu of pages by group; a group of one page has no title. On a narrow screen a button opens it; following a link or pressing Escape closes it. */
export function Menu({ current, groups }: Props) {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  useEffect(() => setOpen(false), [current]);
  const title = groups.flatMap(({ pages }) => pages).find(({ path }) => path === current)?.title;
  return (
    <div class="menu-pages" onKeyDown={({ key }) => key === 'Escape' && setOpen(false)}>
      <button class="button menu-button" aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)}>
        {title === undefined ? 'Menu' : `Menu: ${title}`}
      </button>
      <nav id={id} aria-label="Pages" class={isOpen ? 'is-open' : undefined}>
        {groups.map((group, index) => (
          <div key={group.title} class="menu-group">
            {group.pages.length > 1 && <p id={`${id}-${index}`}>{group.title}</p>}
            <ul aria-labelledby={group.pages.length > 1 ? `${id}-${index}` : undefined}>
              {group.pages.map((page) => (
                <li key={page.path}>
                  <Link href={hrefOf(page.path)} current={page.path === current}>
                    {page.title}
                  </Link>
                  {page.Badge && <page.Badge />}
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
    </div>
  );
}
