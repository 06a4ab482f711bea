import type { DesignMatrix } from '../../learn/design-matrix';
import type { TrackedParcel } from '../parcel';
import { CrossFolds } from './cross-folds';
import { MODEL_COLUMNS, modelRow } from './delivery-model';
import type { EstimateFeatures } from './estimate-features';
import { TargetEncoding } from './target-encoding';

interface Example {
  readonly parcel: TrackedParcel;
  readonly features: EstimateFeatures;
  /** Deviation of the log of the remaining hours from the centre. */
  readonly deviation: number;
}

/** The regression problem of a stage. */
export interface StageProblem {
  readonly design: DesignMatrix;
  readonly targets: Float64Array;
  /** The encoding to predict with: that of all examples. */
  readonly encoding: TargetEncoding;
}

/** The newest examples of one stage. */
export class StageExamples {
  private readonly examples: Example[] = [];
  private next = 0;

  /** @param maxExamples older examples are dropped */
  constructor(private readonly maxExamples: number) {}

  get count(): number {
    return this.examples.length;
  }

  /** @param target log of the remaining hours */
  add(parcel: TrackedParcel, features: EstimateFeatures, target: number): void {
    this.examples[this.next] = { parcel, features, deviation: target - features.center };
    this.next = (this.next + 1) % this.maxExamples;
  }

  problem(): StageProblem {
    const { examples } = this;
    const encodings = new CrossFolds(() => new TargetEncoding());
    for (const { parcel, deviation } of examples) encodings.add(parcel, (encoding) => encoding.add(parcel, deviation));
    const readRow = (row: number, out: Float64Array): void => {
      const { parcel, features } = examples[row];
      out.set(modelRow(features, parcel, encodings.withoutFoldOf(parcel)));
    };
    return {
      design: { rows: examples.length, columns: MODEL_COLUMNS, readRow },
      targets: Float64Array.from(examples, ({ deviation }) => deviation),
      encoding: encodings.all,
    };
  }
}
