import type { OrderData } from './order-page';
import { nameOfStatus, FULFILMENT_STEPS } from './order-status';

/** Shows an order's status, its past steps with their times, and the steps still to come. */
export function OrderSteps({ order }: { readonly order: OrderData }) {
  const { status, history } = order;
  const reached = new Map(history.map((move) => [move.status as string, move.occurredAt]));
  const at = FULFILMENT_STEPS.findIndex((step) => step === status);
  const steps =
    at < 0
      ? [...reached.keys()]
      : FULFILMENT_STEPS.filter((step, index) => index > at || reached.has(step) || step === status);
  return (
    <>
      <p class="order-status" role="status" data-status={status}>
        {nameOfStatus(status)}
      </p>
      <ol class="steps">
        {steps.map((step) => {
          const when = reached.get(step);
          const done = when !== undefined || step === 'PLACED';
          return (
            <li key={step} class={done ? 'done' : undefined} aria-current={step === status ? 'step' : undefined}>
              <span>{nameOfStatus(step)}</span>
              {when && <time dateTime={when}>{new Date(when).toLocaleTimeString()}</time>}
            </li>
          );
        })}
      </ol>
    </>
  );
}
