import { Link } from './link';

interface Props {
  readonly label: string;
  readonly tabs: readonly { readonly href: string; readonly title: string; readonly current: boolean }[];
}

/** Tabs of a page; each has its own address. */
export function Tabs({ label, tabs }: Props) {
  return (
    <nav class="tabs" aria-label={label}>
      <ul>
        {tabs.map(({ href, title, current }) => (
          <li key={href}>
            <Link href={href} current={current}>
              {title}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
