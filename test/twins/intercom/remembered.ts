import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { IntercomTwin } from '../../../twins/intercom/index.ts'
import { call, ids } from './desk.ts'
import type { Json } from './desk.ts'

/** A folder for states, removed in the end. */
export function stateFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'twin-state-'))
  let copies = 0
  return {
    path: join(folder, 'state'),
    /** What a process that is killed now would leave behind, in a folder of its own. */
    leaveBehind(from: string): string {
      copies += 1
      const copy = join(folder, `killed-${copies}`)
      cpSync(from, copy, { recursive: true })
      return copy
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

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
