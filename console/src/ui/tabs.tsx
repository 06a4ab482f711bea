import { Link } from './link';

interface Props {
  readonly label: string;
  readonly tabs: readonly { readonly href: string; readonly title: string; readonly current: boolean }[];
}

/** Parts of a page that have addresses of their own. */
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
