import { existsSync } from 'node:fs';
import path from 'node:path';
import type { RollingOriginReport } from '../../../src/forecasting/rolling-origins';
import { runCommand } from '../../setup/command';

const FILE = path.resolve(__dirname, '../../../../shared/data/online-retail.csv.gz');
const HERE = existsSync(FILE);
if (!HERE) console.error(`NOT RUN: forecasts of Online Retail are not judged, because ${FILE} is not there`);

(HERE ? describe : describe.skip)('forecasts of Online Retail', () => {
  it('beat seasonal naive, and their intervals have the stated coverage, from seven origins', async () => {
    // The command reads only the file: there is no shop.
    const shop = { databaseUrl: '', redisUrl: '', namespace: 'none' } as Parameters<typeof runCommand>[0];
    const args = ['forecast', FILE, '--format', 'online-retail', '--evaluate'];
    const { code, output, errors } = await runCommand(shop, [...args, '--json']);
    expect([code, errors]).toEqual([0, '']);
    const report = JSON.parse(output) as Required<RollingOriginReport>;
    expect(report.series.map(({ name }) => name).slice(0, 2)).toEqual(['revenue', 'orders']);
    expect(report.series).toHaveLength(22);
    expect(report.wape / report.naiveWape).toBeLessThanOrEqual(0.95);
    for (const { name, wape = NaN, naiveWape = NaN } of report.series.slice(0, 2))
      expect([name, wape < naiveWape]).toEqual([name, true]);
    expect(report.inside).toBeGreaterThanOrEqual(0.78);
    expect(report.inside).toBeLessThanOrEqual(0.82);
    expect(report.outOfBand).toEqual([]);
  });
});
