import type { ResultOf } from '@freshet/client';
import { useState } from 'preact/hooks';
import { Confirm } from '../ui/confirm';
import { Empty } from '../ui/empty';
import { ErrorNote } from '../ui/error-note';
import { formatEnum } from '../ui/format';
import { ItemErrors } from '../ui/item-errors';
import type { ItemFault } from '../ui/item-fault';
import { useMutation } from '../ui/use-mutation';
import { JobBar } from './job-bar';
import { type Models, PromoteModel, RefreshModel, RollbackModel } from './model-documents';
import { VersionTable } from './version-table';

type Model = ResultOf<typeof Models>['models'][number];
export type Version = Model['versions']['nodes'][number];

/** The action that needs confirmation. */
type PendingAction = { readonly what: 'rollback' } | { readonly what: 'promote'; readonly version: Version };

const MODEL_DESCRIPTIONS: Readonly<Record<string, string>> = {
  BLEND: 'Ranks the candidates of all sources for personal lists and baskets.',
  SEGMENTS: 'Groups customers with similar purchases.',
  VALUE: 'Predicts the amount that a customer spends, and churn.',
  BEHAVIOUR: 'Predicts what a session does next, and an order in it.',
  SEARCH: 'Ranks search results; learned from clicks.',
  ADS: 'Predicts clicks on ads, which they are ranked and priced by.',
};

export function ModelCard({ model, onChange }: { readonly model: Model; readonly onChange: () => void }) {
  const { kind, active, versions } = model;
  const refresh = useMutation(RefreshModel);
  const promote = useMutation(PromoteModel);
  const rollback = useMutation(RollbackModel);
  const [job, setJob] = useState(model.job?.id);
  const [asked, ask] = useState<PendingAction>();
  const [faults, setFaults] = useState<readonly ItemFault[]>([]);

  const startRefresh = async () => {
    setJob(undefined); // hides the outcome of the previous refresh
    const started = await refresh.run({ kind });
    setFaults(started?.refreshModel.errors ?? []);
    if (started?.refreshModel.job) setJob(started.refreshModel.job.id);
  };
  const confirmed = async (pin = false) => {
    if (asked === undefined) return;
    ask(undefined);
    const done =
      asked.what === 'rollback'
        ? await rollback.run({ kind })
        : await promote.run({ versionId: asked.version.id, pin });
    setFaults(done?.changed.errors ?? []);
    onChange();
  };

  return (
    <section class="card" aria-label={`${formatEnum(kind)} model`}>
      <header class="card-head">
        <div>
          <h2>{formatEnum(kind)}</h2>
          <p class="muted">{MODEL_DESCRIPTIONS[kind]}</p>
        </div>
        <div class="actions">
          <button class="button" disabled={active === null} onClick={() => ask({ what: 'rollback' })}>
            Roll back
          </button>
          <button class="button primary" disabled={refresh.isRunning} onClick={() => void startRefresh()}>
            Refresh
          </button>
        </div>
      </header>
      <p>
        {active === null ? (
          'No version is active. Lists are ranked by default weights or rank fusion until a version passes the gate.'
        ) : (
          <>
            Version <b>{active.number}</b> is active
            {active.pinned && ' and pinned: refreshes do not promote other versions'}.
          </>
        )}
      </p>
      <ErrorNote error={refresh.error ?? promote.error ?? rollback.error} />
      <ItemErrors errors={faults} />
      {job !== undefined && <JobBar key={job} id={job} onEnd={onChange} />}
      {versions.nodes.length === 0 ? (
        <Empty title="Nothing has been fitted yet" />
      ) : (
        <VersionTable
          label={`Versions of ${formatEnum(kind)}`}
          versions={versions.nodes}
          onPromote={(version) => ask({ what: 'promote', version })}
        />
      )}
      {asked?.what === 'rollback' && (
        <Confirm
          title={`Roll back ${formatEnum(kind)}?`}
          action="Roll back"
          isDangerous
          onConfirm={() => void confirmed()}
          onCancel={() => ask(undefined)}
        >
          <p>
            The version that was active before version {active?.number} becomes active again and is pinned: refreshes
            promote no version until you promote one.
          </p>
        </Confirm>
      )}
      {asked?.what === 'promote' && (
        <Confirm
          title={`Promote version ${asked.version.number}?`}
          action="Promote"
          onConfirm={() => void confirmed()}
          onCancel={() => ask(undefined)}
        >
          <p>
            It becomes active, regardless of the gate’s verdict ({asked.version.verdict.toLowerCase()}). A pinned
            version is unpinned.
          </p>
        </Confirm>
      )}
    </section>
  );
}
