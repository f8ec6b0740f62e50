import type { IntercomTwin } from '../../../twins/intercom/index.ts'
import { call } from './desk.ts'
import { ids } from '../probe.ts'
import type { Json } from '../probe.ts'

/** Everything that can be seen of a workspace: through the API, and behind the scenes what that does not show. */
export async function everything(twin: IntercomTwin): Promise<Readonly<Record<string, unknown>>> {
  const seen: Record<string, unknown> = { state: await twin.control('GET', '/state') }
  const get = async (path: string): Promise<Json> => {
    const { status, json } = await call(twin, 'GET', path)
    if (status !== 200) throw new Error(`GET ${path} answered ${status}`)
    seen[path] = json
    return json
  }
  for (const path of ['/tags', '/segments?include_count=true', '/ticket_types', '/admins']) await get(path)
  await get('/conversations/deleted?per_page=150')
  for (const kind of ['contacts', 'companies', 'conversations', 'tickets']) {
    const known = await twin.control('GET', `/ids/${kind}`)
    for (const id of Array.isArray(known) ? known.map(String) : []) {
      await get(`/${kind}/${id}`)
      if (kind === 'conversations') seen[`parts of ${id}`] = await twin.control('GET', `/conversations/${id}/parts`)
      if (kind === 'contacts' || kind === 'companies') await get(`/${kind}/${id}/notes`)
    }
  }
  return seen
}

/** The ids of all records and parts there are. */
export async function allIds(twin: IntercomTwin): Promise<string[]> {
  const found: string[] = []
  for (const kind of ['contacts', 'companies', 'conversations', 'tickets']) {
    const known = await twin.control('GET', `/ids/${kind}`)
    for (const id of Array.isArray(known) ? known.map(String) : []) {
      // A ticket made of a conversation has its number.
      found.push(`${kind} ${id}`)
      if (kind === 'conversations') found.push(...(await partsOf(twin, id)))
    }
  }
  return found
}

async function partsOf(twin: IntercomTwin, conversationId: string): Promise<string[]> {
  const { json } = await call(twin, 'GET', `/conversations/${conversationId}`)
  return ids(json, 'conversation_parts', 'conversation_parts').map((id) => `part ${id}`)
}
