import { auxMethods } from '../../contract/index.js';
import type { RpcMethods } from '../../rpc/index.js';
import type { Dashboard } from '../dashboard.js';
import { readNothing } from './identity-methods.js';
import { optionalRequest, plainMethod } from './method-shapes.js';

/** Where the dashboard is. */
export function dashboardMethods(dashboard: Dashboard): RpcMethods {
  return {
    [auxMethods.getDashboardUrls]: plainMethod(({ signal }) => dashboard.urls(signal)),
    [auxMethods.getDashboardInfo]: optionalRequest(readNothing, (_, { signal }) => dashboard.info(signal)),
  };
}
