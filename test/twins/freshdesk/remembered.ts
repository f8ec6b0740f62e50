import type { FreshdeskTwin } from '../../../twins/freshdesk/index.ts'
import type { Json } from '../probe.ts'
import { call } from './desk.ts'

const domains = ['harbour', 'kestrel']
const lists = [
  '/agents?per_page=100',
  '/groups',
  '/ticket_fields',
  '/sla_policies',
  '/time_entries?per_page=100',
  '/surveys/satisfaction_ratings?created_since=2025-01-01&per_page=100',
  '/contacts?per_page=100',
  '/contacts?state=deleted&per_page=100',
  '/companies?per_page=100',
  '/tickets?filter=deleted&updated_since=2025-01-01&per_page=100',
  '/tickets?filter=spam&updated_since=2025-01-01&per_page=100',
  '/automations/1/rules',
  '/automations/4/rules',
  '/search/tickets?query="priority:>3"',
]

/** Everything that can be seen of two accounts: through the API, and behind the scenes what that does not show. */
export async function everything(twin: FreshdeskTwin): Promise<Readonly<Record<string, unknown>>> {
  const seen: Record<string, unknown> = {}
  const state: unknown = await twin.control('GET', '/state')
  seen['state'] = state
  for (const domain of domains) {
    const get = async (path: string): Promise<void> => {
      const { status, json } = await call(twin, 'GET', path, { domain })
      if (status !== 200) throw new Error(`GET ${path} of ${domain} answered ${status}`)
      seen[`${domain} ${path}`] = json
    }
    for (const path of lists) await get(path)
    seen[`keys of ${domain}`] = await twin.control('GET', `/agents?account=${domain}`)
    for (const id of await idsOf(twin, domain, 'tickets')) {
      await get(`/tickets/${id}?include=stats`)
      await get(`/tickets/${id}/conversations?per_page=100`)
    }
    for (const id of await idsOf(twin, domain, 'archived'))
      await get(`/tickets/archived/${id}?include=stats,conversations`)
  }
  return seen
}

async function idsOf(twin: FreshdeskTwin, domain: string, kind: string): Promise<number[]> {
  const ids: Json = JSON.parse(JSON.stringify(await twin.control('GET', `/ids/${kind}?account=${domain}`)))
  return Array.isArray(ids) ? ids.map(Number) : []
}
