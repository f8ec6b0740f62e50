import { json } from '../../exchange.ts'
import { found } from '../world.ts'
import { idIn, pageReply } from './call.ts'
import type { ApiCall, Routes } from './call.ts'

/** What an account is, and what never changes about it here. */
export const accountRoutes: Routes = {
  'GET /account': { needs: 'administer', answer: (call) => json(accountOf(call)) },
  'GET /settings/helpdesk': {
    needs: 'administer',
    answer: () => json({ primary_language: 'en', supported_languages: ['es', 'de', 'fr'], portal_languages: ['es'] }),
  },
  'GET /products': { needs: 'administer', answer: (call) => json(call.world.products) },
  'GET /email_configs': { needs: 'administer', answer: (call) => json(call.world.emailConfigs) },
  'GET /business_hours': {
    needs: 'administer',
    paged: true,
    answer: (call) => pageReply(call, call.world.businessHours, (hours) => hours),
  },
  'GET /business_hours/{business_hour_id}': {
    needs: 'administer',
    answer(call) {
      const id = idIn(call, 'business_hour_id')
      return json(found(call.world.businessHours.find((hours) => hours.id === id)))
    },
  },
}

function accountOf({ world }: ApiCall) {
  const { account } = world
  const agents = [...world.agents.values()]
  const count = (fits: (agent: (typeof agents)[number]) => boolean): number => agents.filter(fits).length
  const [admin] = agents
  return {
    organisation_id: account.firstId + 77,
    organisation_name: account.name,
    account_id: Math.floor(account.firstId / 20_000),
    account_name: account.name,
    account_domain: `${account.domain}.freshdesk.com`,
    bundle_id: null,
    hipaa_compliant: false,
    total_agents: {
      full_time: count(({ occasional, type }) => !occasional && type === 'support_agent'),
      occasional: count(({ occasional }) => occasional),
      field_service: count(({ type }) => type === 'field_agent'),
      collaborators: count(({ type }) => type === 'collaborator'),
    },
    timezone: account.timeZone,
    data_center: account.offsetMinutes === 0 ? 'EU' : 'IN',
    tier_type: account.plan === 'trial' ? 'Trial' : `Freshdesk ${account.plan}`,
    address: { country: 'GB', state: null, city: 'Leeds', street: null, postalcode: null },
    contact_person: {
      firstname: admin?.name.split(' ')[0] ?? '',
      lastname: admin?.name.split(' ').slice(1).join(' ') ?? '',
      email: admin?.email ?? '',
    },
  }
}
