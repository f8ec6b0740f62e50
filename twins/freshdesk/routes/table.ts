import { createRouter } from '../../router.ts'
import { accountRoutes } from './account.ts'
import { agentRoutes } from './agents.ts'
import { automationRoutes } from './automations.ts'
import type { Route, Routes } from './call.ts'
import { companyRoutes } from './companies.ts'
import { contactActionRoutes } from './contact-actions.ts'
import { contactRoutes } from './contacts.ts'
import { conversationRoutes } from './conversations.ts'
import { groupRoutes } from './groups.ts'
import { searchRoutes } from './search.ts'
import { slaRoutes } from './sla.ts'
import { surveyRoutes } from './surveys.ts'
import { ticketActionRoutes } from './ticket-actions.ts'
import { ticketRoutes } from './tickets.ts'
import { timeEntryRoutes } from './time-entries.ts'

/** Everything the API answers, below `/api/v2`. */
export const routes: Routes = {
  ...ticketRoutes,
  ...ticketActionRoutes,
  ...conversationRoutes,
  ...contactRoutes,
  ...contactActionRoutes,
  ...companyRoutes,
  ...agentRoutes,
  ...groupRoutes,
  ...accountRoutes,
  ...surveyRoutes,
  ...timeEntryRoutes,
  ...slaRoutes,
  ...automationRoutes,
  ...searchRoutes,
}

/** Finds the route of a call. */
export const findRoute = createRouter<Route>(routes)

const methods = ['GET', 'POST', 'PUT', 'DELETE'] as const

/** The methods a path takes. */
export function methodsOf(path: string): string[] {
  return methods.filter((method) => findRoute(method, path) !== null)
}
