import { useState } from 'preact/hooks';
import { Empty } from '../ui/empty';
import { ErrorNote } from '../ui/error-note';
import { formatDateTime, formatShortDateTime } from '../ui/format';
import { ItemErrors } from '../ui/item-errors';
import { Link } from '../ui/link';
import { Loading } from '../ui/loading';
import { hrefOf } from '../ui/router';
import { usePages } from '../ui/use-pages';
import { useQuery } from '../ui/use-query';
import { useWrite } from '../ui/use-write';
import { CloseSupportReview, type Intent, type Review, SupportIntents, SupportReviews } from './conversation-documents';
import { REVIEW_REASONS, understandingOf } from './conversation-text';
import { IntentCorrection } from './intent-correction';

const PAGE_SIZE = 20;
const NO_PAGE = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };

interface ReviewListProps {
  readonly title: string;
  readonly empty: string;
  readonly reason: readonly Review['reason'][];
  readonly intents: readonly Intent[];
  readonly onChanged?: () => void;
}

/** Questions that people should look at, then those whose intent was corrected. */
export function Reviews() {
  const intents = useQuery(SupportIntents, {}).data?.supportIntents ?? [];
  // A question that is corrected moves to the other list.
  const [changes, setChanges] = useState(0);
  return (
    <>
      <ReviewList
        title="To review"
        empty="Each question has an answer, and none was rated as not helpful"
        reason={['UNANSWERED', 'UNHELPFUL']}
        intents={intents}
        onChanged={() => setChanges((before) => before + 1)}
      />
      <ReviewList
        key={changes}
        title="Corrected"
        empty="No intent was corrected"
        reason={['CORRECTED']}
        intents={intents}
      />
    </>
  );
}

function ReviewList({ title, empty, reason, intents, onChanged }: ReviewListProps) {
  const { items, error, hasMore, more, reload } = usePages(
    SupportReviews,
    ({ supportReviews }) => supportReviews ?? NO_PAGE,
    { reason: [...reason], first: PAGE_SIZE },
  );
  const refresh = () => {
    reload();
    onChanged?.();
  };
  return (
    <section class="card" aria-label={title}>
      <h2>{title}</h2>
      <ErrorNote error={error} onRetry={reload} />
      {items === undefined && error === undefined && <Loading lines={3} />}
      {items?.length === 0 && <Empty title={empty} />}
      <ul class="reviews">
        {items?.map((review) => (
          <ReviewItem key={review.message.id} review={review} intents={intents} onChanged={refresh} />
        ))}
      </ul>
      {hasMore && (
        <div class="actions">
          <button class="button" onClick={more}>
            More questions
          </button>
        </div>
      )}
    </section>
  );
}

interface ReviewItemProps {
  readonly review: Review;
  readonly intents: readonly Intent[];
  readonly onChanged: () => void;
}

function ReviewItem({ review, intents, onChanged }: ReviewItemProps) {
  const { conversationId, question, reason, language, message } = review;
  const { run, error, faults, isRunning } = useWrite(CloseSupportReview);
  const understanding = understandingOf(message);
  const close = async () => {
    if ((await run({ messageId: message.id })) !== undefined) onChanged();
  };
  return (
    <li>
      <p dir="auto" lang={language ?? undefined}>
        {question}
      </p>
      <p class="small">
        <span class={`badge ${reason === 'CORRECTED' ? '' : 'held'}`}>{REVIEW_REASONS[reason]}</span>{' '}
        {understanding !== undefined && <b>{understanding.intent} </b>}
        <span title={formatDateTime(message.sentAt)}>{formatShortDateTime(message.sentAt)}</span>{' '}
        <Link href={hrefOf('conversations', conversationId)}>Conversation</Link>
      </p>
      <div class="review-actions">
        <IntentCorrection message={message} intents={intents} onCorrected={onChanged} />
        <button class="button small" disabled={isRunning} onClick={() => void close()}>
          Done
        </button>
      </div>
      <ErrorNote error={error} title="Not changed" />
      <ItemErrors errors={faults} />
    </li>
  );
}
