import { Arg, Extensions, Query, Resolver } from 'type-graphql';
import { WORK } from '../../graphql/limits/operation-cost';
import { Scoped } from '../../graphql/scope';
import { AlertPreviewService } from './alert-preview.service';
import { AlertRulePreview } from './alert-preview.type';
import { AlertRuleInput } from './alert.type';

/** Cost of a preview (a plain field costs 1). It limits one operation to two previews. */
const PREVIEW_WORK = 20_000;

@Resolver(() => AlertRulePreview)
export class AlertPreviewResolver {
  constructor(private readonly service: AlertPreviewService) {}

  @Scoped('ADMIN')
  @Extensions({ [WORK]: PREVIEW_WORK })
  @Query(() => AlertRulePreview, {
    description:
      'When a rule would have fired in the last hour, and cleared. Of WINDOWS the whole windows as they are now, or the last 24 where these are longer; of OPERATIONS ten minutes; of SYSTEM a look every ten seconds.',
  })
  previewAlertRule(@Arg('input', () => AlertRuleInput) input: AlertRuleInput): Promise<AlertRulePreview> {
    return this.service.preview(input);
  }
}
