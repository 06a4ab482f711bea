import { join } from 'node:path';
import { evaluateParts } from '../../../../src/evaluation/intents/evaluate-intents';
import { readIntentParts } from '../../../../src/evaluation/intents/intent-files';
import { readLines } from '../../../../src/imports/lines';

const DATA = join(__dirname, '../../../../../shared/data/clinc150.json.gz');
const MAX_ARTEFACT_BYTES = 32 * 1024 * 1024;

/** CPU time of this process, in milliseconds. */
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

describe('the classifier of intents on CLINC150', () => {
  // Without the file, the test fails: nothing else shows how good the classifier is.
  it('reaches its goals at the threshold that it chooses on the validation part', async () => {
    const lines: string[] = [];
    for await (const batch of readLines(DATA)) lines.push(...batch);
    const parts = readIntentParts(lines.join('\n'));
    const evaluation = evaluateParts(parts, { seed: 1, clock: cpuMs, onProgress: () => undefined });
    expect(evaluation).toMatchObject({ examples: 5_500, outOfScopeExamples: 1_000, intents: 150 });
    expect(evaluation.accuracy!.share).toBeGreaterThan(0.92);
    expect(evaluation.atThreshold.coverage!.share).toBeGreaterThan(0.88);
    expect(evaluation.atThreshold.answeredAccuracy!.share).toBeGreaterThan(0.962);
    expect(evaluation.atThreshold.outOfScopeRefused!.share).toBeGreaterThan(0.87);
    expect(evaluation.artefactBytes).toBeLessThan(MAX_ARTEFACT_BYTES);
    // Seconds of CPU: other processes do not change them much. A quiet machine needs 5 s and 0.12 ms.
    expect(evaluation.fitSeconds).toBeLessThan(30);
    expect(evaluation.classifyMicroseconds).toBeLessThan(1_000);
  });
});
