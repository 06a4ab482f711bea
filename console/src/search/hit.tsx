import type { ResultOf } from '@freshet/client';
import { formatMoney } from '../ui/format';
import { ProductTile } from '../ui/product-tile';
import { StackedShares } from '../ui/stacked-shares';
import type { Search } from './search-documents';

type Edge = ResultOf<typeof Search>['search']['edges'][number];

export function Hit({ node, rank, highlights, reasons, score }: Edge) {
  const title = highlights.find(({ field }) => field === 'title');
  const others = highlights.filter(({ field }) => field !== 'title');
  return (
    <li class="list-item" data-product={node.id}>
      <ProductTile title={node.title} imageUrls={node.imageUrls} />
      <div class="list-text">
        <p class="list-title">
          <span class="muted">{rank}.</span> {title === undefined ? node.title : <Fragments {...title} />}
        </p>
        <p class="muted small">
          {formatMoney(node.price)} · {node.id} · score {score.toPrecision(3)}
        </p>
        {others.map((highlight) => (
          <p key={highlight.field} class="small highlight">
            <span class="muted">{highlight.field}:</span> <Fragments {...highlight} />
          </p>
        ))}
        <StackedShares reasons={reasons} />
      </div>
    </li>
  );
}

function Fragments({ fragments }: Edge['highlights'][number]) {
  return <>{fragments.map(({ matched, text }, index) => (matched ? <mark key={index}>{text}</mark> : text))}</>;
}
