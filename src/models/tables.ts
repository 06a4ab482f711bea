import { impersonal, type Tables } from '../rooms/tables';

export const tables: Tables = {
  active_models: impersonal('a row for each kind of model', 'it is updated'),
  model_versions: impersonal('one for each job', 'the newest 100 of each kind'), // parameters and metrics over all customers
  jobs: impersonal('one of a kind of model at a time', '30 days'),
};
