import { createRouter } from '../../router.ts'
import { accountRoutes } from './account.ts'
import type { Route, Routes } from './call.ts'
import { exportRoutes } from './exports.ts'
import { groupRoutes } from './groups.ts'
import { identityRoutes } from './identities.ts'
import { membershipRoutes } from './memberships.ts'
import { organizationRoutes } from './organizations.ts'
import { searchRoutes } from './search.ts'
import { statisticsRoutes } from './statistics.ts'
import { suspendedRoutes } from './suspended.ts'
import { ticketEndingRoutes, ticketJobRoutes } from './ticket-endings.ts'
import { ticketPartRoutes } from './ticket-parts.ts'
import { ticketRoutes } from './tickets.ts'
import { triggerRoutes } from './triggers.ts'
import { userRoutes } from './users.ts'
import { webhookRoutes } from './webhooks.ts'

const routes: Routes = {
  ...ticketRoutes,
  ...ticketPartRoutes,
  ...ticketEndingRoutes,
  ...suspendedRoutes,
  ...userRoutes,
  ...identityRoutes,
  ...organizationRoutes,
  ...groupRoutes,
  ...membershipRoutes,
  ...accountRoutes,
  ...statisticsRoutes,
  ...exportRoutes,
  ...searchRoutes,
  ...webhookRoutes,
  ...triggerRoutes,
}

/** Finds the route of a call below `/api/v2`. */
export const findRoute = createRouter<Route>(routes)

/** Finds what a step of a job does: a call, or what only jobs do. */
export const findStep = createRouter<Route>({ ...routes, ...ticketJobRoutes })
