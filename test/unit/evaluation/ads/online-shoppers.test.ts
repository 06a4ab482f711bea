import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { featureNames, parseAdColumns } from '../../../../src/evaluation/ads/ad-columns';
import { AdEvaluation } from '../../../../src/evaluation/ads/evaluate-ads';
import { ImpressionLineReader } from '../../../../src/evaluation/ads/impression-lines';
import { readLines } from '../../../../src/imports/lines';

const DATA = join(__dirname, '../../../../../shared/data/online-shoppers.csv.gz');
const COLUMNS =
  'click=Revenue,Administrative,ProductRelated,ProductRelated_Duration,BounceRates,ExitRates,SpecialDay,Month,Browser,Region,TrafficType,VisitorType,Weekend';

describe('click models on Online Shoppers', () => {
  const isPresent = existsSync(DATA);
  if (!isPresent)
    process.stderr.write(`\nNOT TESTED: ${DATA} is missing, so no click model was compared on real data\n\n`);

  (isPresent ? it : it.skip)('predict purchases better than plain logistic regression, and calibrated', async () => {
    const columns = parseAdColumns(COLUMNS);
    const reader = new ImpressionLineReader(columns);
    const evaluation = new AdEvaluation(featureNames(columns), false);
    for await (const batch of readLines(DATA)) {
      for (const line of batch) {
        const impression = reader.read(line);
        if (impression !== undefined) evaluation.add(impression);
      }
    }
    const { impressions, clicks, rows } = evaluation.finish();
    expect({ impressions, clicks }).toEqual({ impressions: 12_330, clicks: 1_908 });
    const [, logistic, ftrl, artefact] = rows;
    expect(ftrl.logLoss).toBeLessThan(logistic.logLoss - 0.003);
    expect(artefact.logLoss).toBeLessThan(ftrl.logLoss + 0.012);
    expect(Math.abs(ftrl.calibration - 1)).toBeLessThan(0.03);
  });
});
