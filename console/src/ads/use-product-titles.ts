import { useQuery } from '../ui/use-query';
import { AdProductTitles } from './ads-documents';

/** Maximum number of products whose titles are loaded: the maximum size of a page. */
const MAX_TITLES = 100;

/** Returns a function that names products by their titles; by their ids until these have loaded. */
export function useProductTitles(ids: readonly string[]): (id: string) => string {
  const wanted = [...new Set(ids)].slice(0, MAX_TITLES);
  const { data } = useQuery(AdProductTitles, wanted.length === 0 ? null : { variables: { ids: wanted } });
  const titles = new Map(data?.products.nodes.map(({ id, title }) => [id, title]));
  return (id) => titles.get(id) ?? id;
}
